package dev.farsight.bench.exchange;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one end of a group has exchanged, after some steps that are not counted. A step of the group
 * that carries steps ends with the sum of dense gradients, one of the look-ahead with the ids. Used
 * by one thread at a time; allocates nothing until {@link #json}.
 */
final class ExchangeFigures {

  private static final int KINDS = Exchanged.values().length;

  private final int ranks;
  private final long skippedSteps;
  private final long[] sentBytes = new long[KINDS];
  private final long[] receivedBytes = new long[KINDS];
  private final long[] waitNanos = new long[KINDS];
  private final long[] moveNanos = new long[KINDS];
  private long begun;
  private long steps;
  private long stepEnd;
  private long inExchange;
  private double workMean;
  private double workSquares;

  ExchangeFigures(int ranks, long skippedSteps) {
    this.ranks = ranks;
    this.skippedSteps = skippedSteps;
  }

  int ranks() {
    return ranks;
  }

  /**
   * Adds an operation. Counts only bytes of other ranks.
   *
   * @param begun when this rank called it
   * @param met when all ranks had called it
   * @param ended when it returned
   */
  void add(Exchanged what, long sent, long received, long begun, long met, long ended) {
    inExchange += ended - begun;
    if (this.begun >= skippedSteps) {
      int kind = what.ordinal();
      sentBytes[kind] += sent;
      receivedBytes[kind] += received;
      waitNanos[kind] += met - begun;
      moveNanos[kind] += ended - met;
    }
  }

  /** Ends a step. */
  void endStep(long now) {
    if (begun++ > skippedSteps) {
      double work = now - stepEnd - inExchange;
      double off = work - workMean;
      workMean += off / ++steps;
      workSquares += off * (work - workMean);
    }
    stepEnd = now;
    inExchange = 0;
  }

  /** A step's bytes and milliseconds of each exchange, and of the work between them. */
  Map<String, Object> json() {
    long counted = Math.max(1, begun - skippedSteps);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("steps", Math.max(0, begun - skippedSteps));
    json.put("work_ms", workMean / 1e6);
    json.put("work_deviation_ms", steps == 0 ? 0 : Math.sqrt(workSquares / steps) / 1e6);
    for (Exchanged what : Exchanged.values()) {
      int kind = what.ordinal();
      if (sentBytes[kind] + receivedBytes[kind] + moveNanos[kind] > 0) {
        json.put(
            what.key(),
            Map.of(
                "sent_bytes", (double) sentBytes[kind] / counted,
                "received_bytes", (double) receivedBytes[kind] / counted,
                "wait_ms", waitNanos[kind] / 1e6 / counted,
                "move_ms", moveNanos[kind] / 1e6 / counted));
      }
    }
    return json;
  }
}
