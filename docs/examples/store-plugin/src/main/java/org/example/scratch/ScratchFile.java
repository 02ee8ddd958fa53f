package org.example.scratch;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/**
 * A file that no other process finds: Linux deletes its name at once, and what it holds when it is
 * closed or the process ends. It takes room only where something was written. Any number of threads
 * may use it.
 *
 * <p>Its channel closes when a thread is interrupted in a read or write. Farsight does not interrupt
 * the threads that call a store.
 */
final class ScratchFile implements AutoCloseable {

  private final Path folder;
  private final FileChannel channel;

  private ScratchFile(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes a file in a folder, and the folder if there is none.
   *
   * @throws FarsightException if that is not possible
   */
  static ScratchFile in(Path folder) {
    try {
      Files.createDirectories(folder);
      var options =
          Set.of(
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE,
              StandardOpenOption.DELETE_ON_CLOSE);
      Path file = folder.resolve("scratch-" + UUID.randomUUID());
      return new ScratchFile(folder, FileChannel.open(file, options));
    } catch (IOException e) {
      throw failure("cannot make a file in", folder, e);
    }
  }

  /** Fills a buffer with what was written from this position on. */
  void read(ByteBuffer target, long position) {
    try {
      while (target.hasRemaining()) {
        if (channel.read(target, position + target.position()) < 0) {
          throw new IOException("the file ends too early");
        }
      }
    } catch (IOException e) {
      throw failure("cannot read its file in", folder, e);
    }
  }

  /** Writes a whole buffer from this position on. */
  void write(ByteBuffer source, long position) {
    try {
      while (source.hasRemaining()) {
        channel.write(source, position + source.position());
      }
    } catch (IOException e) {
      throw failure("cannot write its file in", folder, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure("cannot close its file in", folder, e);
    }
  }

  private static FarsightException failure(String what, Path folder, IOException e) {
    return new FarsightException("storage scratch " + what + " " + folder + ": " + e, e);
  }
}
