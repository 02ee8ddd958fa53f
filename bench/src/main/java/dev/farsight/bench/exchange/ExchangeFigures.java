package dev.farsight.bench.exchange;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one end of a group has exchanged, after some steps that are not counted. A step of the group
 * that carries steps ends with the sum of dense gradients, one of the look-ahead with the ids. Used
 * by one thread at a time; allocates nothing until {@link #json}.
 */
final class ExchangeFigures {

  /** Sums over steps. */
  private static final class Sums {

    private long sentBytes;
    private long receivedBytes;
    private long waitNanos;
    private long moveNanos;

    private boolean any() {
      return sentBytes + receivedBytes + moveNanos > 0;
    }
  }

  private final long skippedSteps;
  private final Map<Exchanged, Sums> sums = new EnumMap<>(Exchanged.class);
  private long begun;
  private long steps;
  private long stepEnd;
  private long inExchange;
  private double workMean;
  private double workSquares;

  ExchangeFigures(long skippedSteps) {
    this.skippedSteps = skippedSteps;
    for (Exchanged what : Exchanged.values()) {
      sums.put(what, new Sums());
    }
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
      Sums of = sums.get(what);
      of.sentBytes += sent;
      of.receivedBytes += received;
      of.waitNanos += met - begun;
      of.moveNanos += ended - met;
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
    sums.forEach(
        (what, of) -> {
          if (of.any()) {
            json.put(
                what.key(),
                Map.of(
                    "sent_bytes", (double) of.sentBytes / counted,
                    "received_bytes", (double) of.receivedBytes / counted,
                    "wait_ms", of.waitNanos / 1e6 / counted,
                    "move_ms", of.moveNanos / 1e6 / counted));
          }
        });
    return json;
  }
}
