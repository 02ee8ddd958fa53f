package dev.farsight.bench.store;

import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Drives the files of a directory out of the kernel's page cache, but for their first part, as if
 * memory had room for no more: what is dirty is forced to disk, pages are taken from this process's
 * mappings, and given up. Linux alone.
 */
final class PageCache {

  private static final int MADV_RANDOM = 1;
  private static final int MADV_DONTNEED = 4;
  private static final int FADV_DONTNEED = 4;
  private static final int O_RDONLY = 0;
  private static final long PAGE = 4096;

  private PageCache() {}

  interface LibC extends Library {
    int madvise(long address, long length, int advice);

    int posix_fadvise(int file, long offset, long length, int advice);

    int open(String path, int flags);

    int close(int file);
  }

  private static LibC libc() {
    return Native.load("c", LibC.class);
  }

  /** Tells the kernel that mappings of the directory's files are read at random. */
  static void adviseRandom(Path directory) {
    forEachMapping(
        directory, (start, offset, length) -> libc().madvise(start, length, MADV_RANDOM));
  }

  /** Gives up all pages of the files beyond the first {@code share} of each. */
  static void drop(Path directory, double share) {
    LibC libc = libc();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        long keep = kept(Files.size(file), share);
        forEachMapping(
            file,
            (start, offset, length) -> {
              long skip = Math.max(0, Math.min(length, keep - offset));
              libc.madvise(start + skip, length - skip, MADV_DONTNEED);
            });
        int descriptor = libc.open(file.toString(), O_RDONLY);
        libc.posix_fadvise(descriptor, keep, 0, FADV_DONTNEED);
        libc.close(descriptor);
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(directory, e);
    }
  }

  private static long kept(long bytes, double share) {
    return (long) (bytes * share) / PAGE * PAGE;
  }

  /** A stretch of memory that maps a stretch of a file. */
  @FunctionalInterface
  private interface Mapping {
    void at(long start, long offset, long length);
  }

  private static void forEachMapping(Path under, Mapping body) {
    try {
      String path = under.toRealPath().toString();
      List<String> lines = Files.readAllLines(Path.of("/proc/self/maps"));
      for (String line : lines) {
        // START-END permissions OFFSET device inode PATH, numbers in hexadecimal.
        int slash = line.indexOf('/');
        if (slash >= 0 && line.substring(slash).startsWith(path)) {
          String[] fields = line.split(" +", 4);
          String[] range = fields[0].split("-", 2);
          long start = Long.parseUnsignedLong(range[0], 16);
          long end = Long.parseUnsignedLong(range[1], 16);
          body.at(start, Long.parseUnsignedLong(fields[2], 16), end - start);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(Path.of("/proc/self/maps"), e);
    }
  }
}
