package dev.farsight.engine.metrics;

import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.RowExchange;
import java.util.List;

/**
 * Rows that one rank exchanges with the others, summed over batches. Forward, weights go from the
 * owners of rows to the ranks that look them up; backward, gradients come back. A sum of a bag
 * counts as a row: it has as many values. What a rank sends to itself is not counted, nor are the
 * dense gradients, which are as many in every step. Not thread-safe.
 */
public final class ExchangeCounters {

  private long forwardSent;
  private long forwardReceived;
  private long backwardSent;
  private long backwardReceived;

  /** Counters that continue from saved {@link #values}. */
  public static ExchangeCounters of(List<Long> values) {
    var counters = new ExchangeCounters();
    if (values.size() != counters.values().size()) {
      throw new IllegalArgumentException(values.size() + " counters of an exchange");
    }
    counters.forwardSent = values.get(0);
    counters.forwardReceived = values.get(1);
    counters.backwardSent = values.get(2);
    counters.backwardReceived = values.get(3);
    return counters;
  }

  /** The current values of all counters. */
  public List<Long> values() {
    return List.of(forwardSent, forwardReceived, backwardSent, backwardReceived);
  }

  /**
   * Adds what a rank exchanges in a batch.
   *
   * @param gradients whether gradients of rows come back
   */
  public void add(RowExchange exchange, int rank, boolean gradients) {
    long sent = others(exchange.sendStarts(), rank);
    long received = others(exchange.askedStarts(), rank);
    BagExchange bags = exchange.bags();
    if (bags != null) {
      sent += bags.featureCount(rank) * others(bags.sampleStarts(), rank);
      for (int p = 0; p < exchange.shape().ranks(); p++) {
        received += p == rank ? 0 : (long) bags.featureCount(p) * bags.samples(rank);
      }
    }
    forwardSent += sent;
    forwardReceived += received;
    if (gradients) {
      int[] replicated = exchange.gatherStarts();
      // Each rank sends the gradients of its replicated rows to every other one.
      long own = (long) replicated[rank + 1] - replicated[rank];
      backwardSent += received + own * (exchange.shape().ranks() - 1);
      backwardReceived += sent + others(replicated, rank);
    }
  }

  /** Of the rows of all ranks, those that are not of this one. */
  private static long others(int[] starts, int rank) {
    return (long) starts[starts.length - 1] - (starts[rank + 1] - starts[rank]);
  }

  /** Rows whose weights this rank sent. */
  public long forwardSent() {
    return forwardSent;
  }

  /** Rows whose weights this rank received. */
  public long forwardReceived() {
    return forwardReceived;
  }

  /** Rows whose gradients this rank sent; a replicated row counts for each rank that gets it. */
  public long backwardSent() {
    return backwardSent;
  }

  /** Rows whose gradients this rank received. */
  public long backwardReceived() {
    return backwardReceived;
  }

  /** Rows sent, both ways. */
  public long sent() {
    return forwardSent + backwardSent;
  }

  /** Rows received, both ways. */
  public long received() {
    return forwardReceived + backwardReceived;
  }
}
