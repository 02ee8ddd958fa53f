package dev.farsight.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Ends this process when the one that started it is gone, however that ended: with {@code
 * FARSIGHT_LIFELINE=stdin} its standard input is a pipe that the other holds open. The ablation
 * suite starts its cells so, and {@code train --ranks} its processes.
 */
final class Lifeline {

  private static final String VARIABLE = "FARSIGHT_LIFELINE";
  private static final String STDIN = "stdin";
  private static final int TERMINATED = 143;

  private Lifeline() {}

  /** For a process to be started, whose standard input has to be a pipe. */
  static void give(Map<String, String> environment) {
    environment.put(VARIABLE, STDIN);
  }

  static void hold(Map<String, String> environment, InputStream in) {
    if (STDIN.equals(environment.get(VARIABLE))) {
      var thread = new Thread(() -> watch(in), "lifeline");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void watch(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is ever written.
      }
    } catch (IOException e) {
      // As good as its end.
    }
    Runtime.getRuntime().halt(TERMINATED);
  }
}
