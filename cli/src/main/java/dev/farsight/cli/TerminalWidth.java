package dev.farsight.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntSupplier;

/**
 * Columns of the terminal that standard output is, as they are now: a window may be resized at any
 * time. A call costs a system call, so ask when drawing, not at every step.
 */
final class TerminalWidth implements IntSupplier {

  private static final int STANDARD_OUTPUT = 1;
  private static final long GET_WINDOW_SIZE = 0x5413;

  /** Rows, columns, and both in pixels, each of 16 bits. */
  private static final int WINDOW_SIZE_BYTES = 8;

  private static final int COLUMNS_OFFSET = 2;

  private final int columnsAtStart;
  private LibC libc;

  /**
   * @param columnsAtStart the answer where the terminal does not tell
   */
  TerminalWidth(int columnsAtStart) {
    this.columnsAtStart = columnsAtStart;
  }

  /** The call of Linux's C library. */
  interface LibC extends Library {
    int ioctl(int file, NativeLong request, byte[] result);
  }

  @Override
  public int getAsInt() {
    try {
      if (libc == null) {
        libc = Native.load("c", LibC.class);
      }
      var size = new byte[WINDOW_SIZE_BYTES];
      int failed = libc.ioctl(STANDARD_OUTPUT, new NativeLong(GET_WINDOW_SIZE), size);
      int columns = ByteBuffer.wrap(size).order(ByteOrder.nativeOrder()).getShort(COLUMNS_OFFSET);
      return failed == 0 && columns > 0 ? columns : columnsAtStart;
    } catch (LinkageError e) {
      return columnsAtStart;
    }
  }
}
