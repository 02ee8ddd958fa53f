package dev.farsight.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/**
 * The last line of a terminal, which is drawn again and again. Everything else is printed above it,
 * through {@link #above}. Safe for use by any thread.
 *
 * <p>The cursor rests in the first column. So a narrower window, in which some terminals wrap the
 * line, leaves the cursor where the line begins, and erasing from there on takes away all of it.
 */
final class StatusLine {

  private static final String ERASE_REST = "\033[J";

  /** Around what is drawn: a window that has just become narrower must not wrap it. */
  private static final String NO_WRAP = "\033[?7l";

  private static final String WRAP = "\033[?7h";

  private final PrintStream terminal;
  private final IntSupplier columns;
  private boolean shown;
  private boolean closed;

  /** Whether something was printed that does not end its line. */
  private boolean lineIsOpen;

  /**
   * @param columns width of the terminal now; 0 if there is none, and nothing is drawn
   */
  StatusLine(PrintStream terminal, IntSupplier columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** Where there is no terminal. */
  static StatusLine none() {
    return new StatusLine(System.out, () -> 0);
  }

  /** Whether there is a terminal to draw on. */
  boolean hasTerminal() {
    return columns.getAsInt() > 0;
  }

  /**
   * Draws the line.
   *
   * @param text makes the text for a number of characters at most
   */
  synchronized void show(IntFunction<String> text) {
    if (!closed && !lineIsOpen) {
      terminal.print("\r" + NO_WRAP + text.apply(room()) + WRAP + ERASE_REST + "\r");
      terminal.flush();
      shown = true;
    }
  }

  /** Prints a line that stays in place of the one drawn. */
  synchronized void keep(IntFunction<String> text) {
    if (!closed) {
      erase();
      terminal.println((lineIsOpen ? "\n" : "") + text.apply(room()));
      terminal.flush();
      lineIsOpen = false;
    }
  }

  /**
   * Erases the line, and what the terminal itself has put into it, such as {@code ^C}; not a line
   * that others have begun.
   */
  synchronized void erase() {
    if (!closed && !lineIsOpen && hasTerminal()) {
      terminal.print("\r" + ERASE_REST);
      terminal.flush();
      shown = false;
    }
  }

  /** Erases the line for good. */
  synchronized void close() {
    erase();
    closed = true;
  }

  /** A stream to the same terminal that prints above the line. */
  PrintStream above(PrintStream target) {
    return new PrintStream(new Above(target), true, Charset.defaultCharset());
  }

  /** In the last column, some terminals would erase the last character. */
  private int room() {
    return Math.max(0, columns.getAsInt() - 1);
  }

  private synchronized void printAbove(PrintStream target, byte[] bytes, int from, int count) {
    if (shown) {
      erase();
    }
    target.write(bytes, from, count);
    target.flush();
    lineIsOpen = bytes[from + count - 1] != '\n';
  }

  private final class Above extends OutputStream {

    private final PrintStream target;

    Above(PrintStream target) {
      this.target = target;
    }

    @Override
    public void write(int one) {
      printAbove(target, new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (count > 0) {
        printAbove(target, bytes, from, count);
      }
    }
  }
}
