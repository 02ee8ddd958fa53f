package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are on disk whole, or not at all. */
final class DurableFile {

  private DurableFile() {}

  /** Writes a file's content. */
  @FunctionalInterface
  interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  static void write(Path file, Content content) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (var stream = new FileOutputStream(partial.toFile());
          var out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16))) {
        content.write(out);
        out.flush();
        stream.getFD().sync();
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(file.getParent());
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Deletes a file; it is gone for good on return. */
  static void delete(Path file) {
    try {
      Files.delete(file);
      forceDirectory(file.getParent());
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
