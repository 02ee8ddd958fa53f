package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Copies samples from batch to batch. Allocates nothing. */
final class BatchCopy {

  private BatchCopy() {}

  /**
   * Copies consecutive samples behind those that a batch already has. Texts are left out.
   *
   * @param from of the same schema, but for limits of lookups
   * @param first the first sample
   * @param at its number in {@code into}; samples before it are there
   * @throws dev.farsight.api.FarsightException if there is no room for their lookups
   */
  static void append(Batch from, int first, int samples, Batch into, int at) {
    int width = from.schema().denseWidth();
    into.dense().put(at * width, from.dense(), first * width, samples * width);
    into.labels().put(at, from.labels(), first, samples);
    copy(from.truth(), first, samples, into.truth(), at);
    copy(from.weights(), first, samples, into.weights(), at);
    copy(from.groups(), first, samples, into.groups(), at);
    copy(from.rowNumbers(), first, samples, into.rowNumbers(), at);
    for (int f = 0; f < from.schema().features().size(); f++) {
      if (from.offsets(f) == null) {
        System.arraycopy(from.indices(f), first, into.indices(f), at, samples);
      } else {
        appendBags(f, from, first, samples, into, at);
      }
    }
  }

  private static void copy(FloatBuffer from, int first, int samples, FloatBuffer into, int at) {
    if (from != null) {
      into.put(at, from, first, samples);
    }
  }

  private static void copy(LongBuffer from, int first, int samples, LongBuffer into, int at) {
    if (from != null) {
      into.put(at, from, first, samples);
    }
  }

  private static void appendBags(
      int feature, Batch from, int first, int samples, Batch into, int at) {
    int[] bags = from.offsets(feature);
    int[] ends = into.offsets(feature);
    int start = at == 0 ? 0 : ends[at];
    int lookups = bags[first + samples] - bags[first];
    into.requireRoom(feature, (long) start + lookups);
    System.arraycopy(from.indices(feature), bags[first], into.indices(feature), start, lookups);
    copy(from.lookupWeights(feature), bags[first], lookups, into.lookupWeights(feature), start);
    ends[0] = 0;
    for (int s = 1; s <= samples; s++) {
      ends[at + s] = start + bags[first + s] - bags[first];
    }
  }
}
