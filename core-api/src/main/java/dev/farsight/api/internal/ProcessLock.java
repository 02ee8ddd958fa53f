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
 * A lock on a file, either exclusive to this process or shared with other readers. The kernel
 * releases the lock when the process ends, however the process ends. The file of an exclusive lock
 * holds the owner's process id, for error messages of other processes. Symbolic links are not
 * followed, and a file with any other content is left as it is.
 *
 * <p>Kernel locks belong to the process, and closing any channel to a file releases all locks of
 * the process on that file. So this class records which files the process has locked, never opens
 * such a file a second time, and lets several readers in one process share one channel. Safe for
 * use by any thread.
 */
public final class ProcessLock implements AutoCloseable {

  /** The locks that this process holds, by real path. The kernel, too, keeps locks by process. */
  private static final Map<Path, ProcessLock> HELD = new HashMap<>();

  private static final int MAX_ID_BYTES = 20;

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
   * Locks a file for this process alone; creates the file if it is missing.
   *
   * @param refused creates the exception to throw if the lock is already held; its argument is a
   *     short text that names the holder
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
      if (!holdsOwner(channel)) {
        lock.close();
        throw new IOException(path.getFileName() + " exists and is not a lock of Farsight");
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
      return lock;
    }
  }

  /**
   * Locks an existing file against exclusive locks; changes nothing on disk.
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
      Path path, FileChannel channel, boolean shared, Function<String, FarsightException> refused)
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

  /** The real path of a file, which may not exist yet; its folder must exist. */
  private static Path real(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    return absolute.getParent().toRealPath().resolve(absolute.getFileName());
  }

  private static String thisProcess() {
    return "process " + ProcessHandle.current().pid() + ", which is this one";
  }

  private static String owner(FileChannel channel) throws IOException {
    String owner = content(channel);
    return owner.matches("\\d+") ? owner : "unknown";
  }

  /** Whether the file is a lock: empty, or with a process id. Any other file is someone else's. */
  private static boolean holdsOwner(FileChannel channel) throws IOException {
    return channel.size() <= MAX_ID_BYTES && content(channel).matches("\\d*");
  }

  private static String content(FileChannel channel) throws IOException {
    var digits = ByteBuffer.allocate(MAX_ID_BYTES);
    channel.read(digits, 0);
    return StandardCharsets.UTF_8.decode(digits.flip()).toString().trim();
  }

  /**
   * Releases the lock.
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
        throw DurableFiles.failed(path, "the lock cannot be released", e);
      }
    }
  }
}
