package dev.farsight.api.internal;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A lock on a file, for this process alone or shared with other readers. The kernel gives it back
 * when the process ends, however it ends. The file of an exclusive lock holds the owner's process
 * id, for messages to others. A symbolic link is not followed.
 *
 * <p>The kernel's locks belong to the process, and closing any channel to a file drops them all. So
 * this class knows which files the process has locked, never opens such a file a second time, and
 * lets several readers in one process share one channel. Any thread.
 */
public final class ProcessLock implements AutoCloseable {

  /** The locks of this process by real path: the kernel keeps them by process too. */
  private static final Map<Path, ProcessLock> HELD = new HashMap<>();

  private final Path path;
  private final FileChannel channel;
  private final boolean shared;
  private int holders = 1;

  private ProcessLock(Path path, FileChannel channel, boolean shared) {
    this.path = path;
    this.channel = channel;
    this.shared = shared;
  }

  /**
   * Locks a file for this process alone; makes the file if it is missing.
   *
   * @param refused makes the exception to throw if another holds the lock, from a few words that
   *     say who does
   */
  public static ProcessLock exclusive(Path file, Function<String, FarsightException> refused)
      throws IOException {
    synchronized (HELD) {
      Path path = real(file);
      if (HELD.containsKey(path)) {
        throw refused.apply(thisProcess());
      }
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      ProcessLock lock = lock(path, channel, false, refused);
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
      return lock;
    }
  }

  /**
   * Locks a file that exists against those that want it alone; changes nothing on disk.
   *
   * @param refused as for {@link #exclusive}
   */
  public static ProcessLock shared(Path file, Function<String, FarsightException> refused)
      throws IOException {
    synchronized (HELD) {
      Path path = real(file);
      ProcessLock held = HELD.get(path);
      if (held != null && !held.shared) {
        throw refused.apply(thisProcess());
      }
      if (held != null) {
        held.holders++;
        return held;
      }
      return lock(
          path,
          FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
          true,
          refused);
    }
  }

  private static ProcessLock lock(
      Path path,
      FileChannel channel,
      boolean shared,
      Function<String, FarsightException> refused)
      throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      if (lock != null) {
        var held = new ProcessLock(path, channel, shared);
        HELD.put(path, held);
        return held;
      }
      String owner = "process " + owner(channel);
      channel.close();
      throw refused.apply(owner);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw refused.apply(thisProcess());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The file may not exist yet; its folder does. */
  private static Path real(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    return absolute.getParent().toRealPath().resolve(absolute.getFileName());
  }

  private static String thisProcess() {
    return "process " + ProcessHandle.current().pid() + ", which is this one";
  }

  private static String owner(FileChannel channel) throws IOException {
    var digits = ByteBuffer.allocate(20);
    channel.read(digits, 0);
    String owner = StandardCharsets.UTF_8.decode(digits.flip()).toString().trim();
    return owner.matches("\\d+") ? owner : "unknown";
  }

  /**
   * Gives the lock back.
   *
   * @throws FarsightException if the file cannot be closed
   */
  @Override
  public void close() {
    synchronized (HELD) {
      if (holders == 0 || --holders > 0) {
        return;
      }
      HELD.remove(path);
      try {
        channel.close();
      } catch (IOException e) {
        throw new FarsightException(path + ": the lock cannot be given back: " + e.getMessage(), e);
      }
    }
  }
}
