package dev.farsight.cli;

import dev.farsight.api.internal.Quoted;
import java.io.PrintStream;

/**
 * A stream to the terminal for text in which names that others chose occur, of files, tables or
 * plugins: control characters in it, which could move the cursor or hide what was said, arrive as
 * {@code \}{@code u001B}. Line breaks stay. Safe for use by any thread.
 */
final class VisibleStream extends PrintStream {

  private final PrintStream target;

  VisibleStream(PrintStream target) {
    super(target, true);
    this.target = target;
  }

  @Override
  public void print(String text) {
    target.print(Quoted.lines(String.valueOf(text)));
  }

  @Override
  public void println(String text) {
    target.println(Quoted.lines(String.valueOf(text)));
  }
}
