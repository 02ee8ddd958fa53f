package dev.farsight.storage.ssd;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel that a mapped file is read at random. Without, every page fault reads 128 KiB
 * around the row, of which nothing else is needed, and drives that much else out of memory.
 *
 * <p>Advice only: where it cannot be given, the store works as well, and is slower beyond memory.
 */
final class PageAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(PageAdvice.class);
  private static final int MADV_RANDOM = 1;
  private static final Path MAPS = Path.of("/proc/self/maps");

  private PageAdvice() {}

  /** What is called of the C library. */
  interface LibC extends Library {
    int madvise(long address, long length, int advice);
  }

  /** Gives the advice for every mapping that this process has of the file. */
  static void random(Path file) {
    try {
      String suffix = " " + file.toRealPath();
      LibC libc = Native.load("c", LibC.class);
      for (String line : Files.readAllLines(MAPS)) {
        if (line.endsWith(suffix)) {
          // START-END permissions offset device inode path, the addresses in hexadecimal.
          int dash = line.indexOf('-');
          long start = Long.parseUnsignedLong(line.substring(0, dash), 16);
          long end = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
          if (libc.madvise(start, end - start, MADV_RANDOM) != 0) {
            LOG.warn("{}: the kernel takes no advice on its pages", file);
          }
        }
      }
    } catch (IOException | LinkageError | NumberFormatException e) {
      LOG.warn("{}: no advice on its pages: {}", file, e.toString());
    }
  }
}
