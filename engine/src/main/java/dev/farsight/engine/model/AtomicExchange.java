package dev.farsight.engine.model;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.Map;

/** Exchanges two directories in one step, which Java has no call for. */
final class AtomicExchange {

  private static final int CURRENT_FOLDER = -100;
  private static final int RENAME_EXCHANGE = 2;

  private AtomicExchange() {}

  /** The call of Linux's C library. */
  interface LibC extends Library {
    int renameat2(int fromFolder, String from, int toFolder, String to, int flags);
  }

  /**
   * Exchanges the names of two existing files or directories on one file system.
   *
   * @return false if nothing was changed, as the file system, the kernel or the host cannot do this
   */
  static boolean exchange(Path one, Path other) {
    try {
      LibC libc =
          Native.load(
              "c",
              LibC.class,
              Map.of(
                  Library.OPTION_STRING_ENCODING, System.getProperty("sun.jnu.encoding", "UTF-8")));
      return libc.renameat2(
              CURRENT_FOLDER,
              one.toAbsolutePath().toString(),
              CURRENT_FOLDER,
              other.toAbsolutePath().toString(),
              RENAME_EXCHANGE)
          == 0;
    } catch (LinkageError e) {
      return false;
    }
  }
}
