package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the samples of a block and lays out its columns ({@link TraceFormat}). Memory: up to 8
 * bytes a number, 16 MiB. One thread.
 */
final class BlockWriter {

  private final List<Feature> features;
  private final int[] widths;
  private final int mostSamples;
  private final int mostNumbers;

  /** By feature: the indices collected, and how many. */
  private final int[][] indices;

  private final int[] counts;

  /** By feature: the length of each bag; null where all are as long. */
  private final int[][] lengths;

  private int samples;
  private int numbers;

  BlockWriter(BatchSchema schema) {
    features = schema.features();
    mostSamples = TraceFormat.blockSamples(features);
    mostNumbers = TraceFormat.blockNumbers(features);
    widths =
        features.stream()
            .mapToInt(feature -> TraceFormat.width(schema.tables().get(feature.table())))
            .toArray();
    indices = new int[features.size()][mostSamples];
    counts = new int[features.size()];
    lengths = new int[features.size()][];
    for (int f = 0; f < lengths.length; f++) {
      lengths[f] = TraceFormat.hasLengths(features.get(f)) ? new int[mostSamples] : null;
    }
  }

  /** Most bytes of a block's columns. */
  int mostBytes() {
    return Math.multiplyExact(mostNumbers, Integer.BYTES);
  }

  int samples() {
    return samples;
  }

  /** How many samples of a batch the block has room for, beginning with one. */
  int room(Batch batch, int from) {
    int most = Math.min(batch.samples() - from, mostSamples - samples);
    long left = (long) mostNumbers - numbers;
    int room = 0;
    while (room < most) {
      left -= numbers(batch, from + room);
      if (left < 0) {
        break;
      }
      room++;
    }
    return room;
  }

  private long numbers(Batch batch, int sample) {
    long needed = 0;
    for (int f = 0; f < counts.length; f++) {
      needed += lengths[f] == null ? features.get(f).minLookups() : 1L + length(batch, f, sample);
    }
    return needed;
  }

  private static int length(Batch batch, int feature, int sample) {
    int[] offsets = batch.offsets(feature);
    return offsets[sample + 1] - offsets[sample];
  }

  /** Takes samples of a batch, for which there is room. */
  void add(Batch batch, int from, int part) {
    for (int f = 0; f < counts.length; f++) {
      int[] offsets = batch.offsets(f);
      int first = offsets == null ? from : offsets[from];
      int count = (offsets == null ? from + part : offsets[from + part]) - first;
      if (counts[f] + count > indices[f].length) {
        int wanted = Math.max(counts[f] + count, 2 * counts[f]);
        indices[f] = Arrays.copyOf(indices[f], Math.min(mostNumbers, wanted));
      }
      System.arraycopy(batch.indices(f), first, indices[f], counts[f], count);
      counts[f] += count;
      numbers += count;
      if (lengths[f] != null) {
        for (int s = 0; s < part; s++) {
          lengths[f][samples + s] = length(batch, f, from + s);
        }
        numbers += part;
      }
    }
    samples += part;
  }

  /** Writes the columns of the block, which is empty then; returns how many bytes they have. */
  int layOut(byte[] into) {
    int to = 0;
    for (int f = 0; f < counts.length; f++) {
      if (lengths[f] != null) {
        to = planes(lengths[f], samples, Integer.BYTES, into, to);
      }
      to = planes(indices[f], counts[f], widths[f], into, to);
    }
    Arrays.fill(counts, 0);
    samples = 0;
    numbers = 0;
    return to;
  }

  /**
   * Bytes of equal weight side by side: those of higher weight differ little, so they pack well.
   */
  private static int planes(int[] column, int count, int width, byte[] into, int from) {
    int to = from;
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      for (int i = 0; i < count; i++) {
        into[to++] = (byte) (column[i] >>> shift);
      }
    }
    return to;
  }
}
