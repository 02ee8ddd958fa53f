package dev.farsight.serving.batch;

import dev.farsight.serving.model.ScoreBatch;
import dev.farsight.serving.request.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a scorer takes from the queue for one batch: stretches of samples of several requests. One
 * thread at a time.
 */
final class Slices {

  private final List<Scoring> scorings = new ArrayList<>();
  private final int[] from;
  private final int[] to;
  private final int[] lookups;
  private int samples;
  private final ScoreBatch batch;

  /**
   * @param batch with room for {@code batchSize} samples
   */
  Slices(ScoreBatch batch, int features, int batchSize) {
    this.batch = batch;
    from = new int[batchSize];
    to = new int[batchSize];
    lookups = new int[features];
  }

  /** Begins a new batch. */
  void begin() {
    samples = 0;
    scorings.clear();
    Arrays.fill(lookups, 0);
  }

  /**
   * Takes samples of a request that fit the batch.
   *
   * @return how many
   */
  int take(Scoring scoring) {
    int start = scoring.next;
    int end = Math.min(scoring.samples().count(), start + from.length - samples);
    end = fitting(scoring.samples(), start, end);
    if (end > start) {
      from[scorings.size()] = start;
      to[scorings.size()] = end;
      scorings.add(scoring);
      samples += end - start;
      scoring.next = end;
    }
    return end - start;
  }

  /** The end of the samples whose lookups fit too. */
  private int fitting(Samples of, int start, int end) {
    int fits = end;
    for (int f = 0; f < lookups.length; f++) {
      int room = batch.lookupRoom(f) - lookups[f];
      while (fits > start && of.lookups(f, start, fits) > room) {
        fits--;
      }
    }
    for (int f = 0; f < lookups.length; f++) {
      lookups[f] += of.lookups(f, start, fits);
    }
    return fits;
  }

  boolean isFull() {
    return samples == from.length;
  }

  /** Most samples of a batch. */
  int room() {
    return from.length;
  }

  int samples() {
    return samples;
  }

  /** Rows that the samples look up. */
  long lookups() {
    long all = 0;
    for (int some : lookups) {
      all += some;
    }
    return all;
  }

  List<Scoring> scorings() {
    return scorings;
  }

  /** Scores the batch, and gives each request its logits. */
  void score() {
    batch.clear();
    for (int i = 0; i < scorings.size(); i++) {
      batch.add(scorings.get(i).samples(), from[i], to[i] - from[i]);
    }
    batch.score(scorings.get(0).version());
    int at = 0;
    for (int i = 0; i < scorings.size(); i++) {
      int some = to[i] - from[i];
      batch.copyLogits(at, scorings.get(i).samples(), from[i], some);
      at += some;
    }
  }

  /** Tells each request that its samples are done. */
  void tellDone() {
    for (int i = 0; i < scorings.size(); i++) {
      scorings.get(i).done(to[i] - from[i]);
    }
    scorings.clear(); // they are not kept alive
  }
}
