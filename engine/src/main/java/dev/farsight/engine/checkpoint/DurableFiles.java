package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** What it takes for a file to be on disk whole, or not at all. */
final class DurableFiles {

  private DurableFiles() {}

  /** Forces a file's content, or a directory's entries. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Gives a file or directory, already forced, its final name; on disk on return. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(to.toAbsolutePath().getParent());
  }

  /** Deletes a file, or a directory and all in it; what is not there is deleted already. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path p : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }

  static FarsightException unwritable(Path path, IOException e) {
    return new FarsightException(path + ": cannot be written: " + reason(e), e);
  }

  static FarsightException unreadable(Path path, IOException e) {
    return new FarsightException(path + ": cannot be read: " + reason(e), e);
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }
}
