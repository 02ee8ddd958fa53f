package dev.farsight.cli;

import dev.farsight.engine.event.RunListener;

/** Shows how a run gets on. */
interface ProgressDisplay extends RunListener, AutoCloseable {

  /** A bar on a terminal, otherwise a line every few seconds. */
  static ProgressDisplay on(Shell shell) {
    return shell.status().hasTerminal()
        ? new ProgressBars(shell.status(), System::nanoTime)
        : new ProgressLines(shell.out(), System::nanoTime);
  }

  /**
   * A bar on a terminal, otherwise nothing: for commands whose output is read by programs, or that
   * are usually over at once.
   */
  static ProgressDisplay onTerminalAlone(Shell shell) {
    return shell.status().hasTerminal()
        ? new ProgressBars(shell.status(), System::nanoTime)
        : () -> {};
  }

  @Override
  void close();
}
