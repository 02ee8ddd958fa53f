package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A store's directory, for one process alone. The kernel gives the lock back when the process ends,
 * however it ends. The file holds the owner's process id, for the message to others.
 */
final class DirectoryLock implements AutoCloseable {

  private static final String FILE = "lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes the directory where it is missing, and locks it. */
  static DirectoryLock take(Path directory) {
    Path file = directory.resolve(FILE);
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        String owner = owner(file);
        channel.close();
        throw new FarsightException(
            "%s: is in use by process %s; end it, or set storage.ssd.path to another directory"
                .formatted(directory, owner));
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DirectoryLock(channel);
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new FarsightException(directory + ": cannot be used: " + reason(e), e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String owner(Path file) throws IOException {
    String owner = Files.readString(file).trim();
    return owner.equals(Long.toString(ProcessHandle.current().pid()))
        ? owner + ", which is this one"
        : owner;
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "no permission to write there"
        : String.valueOf(e.getMessage());
  }

  private static void closeQuietly(FileChannel channel, IOException cause) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new FarsightException("a store's lock cannot be given back: " + e.getMessage(), e);
    }
  }
}
