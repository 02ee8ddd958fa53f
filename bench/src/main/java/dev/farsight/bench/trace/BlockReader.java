package dev.farsight.bench.trace;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.table.Table;
import java.util.List;
import java.util.Locale;

/**
 * The lookups of one block, unpacked. Memory: 16 MiB and 4 bytes a bag, whatever the file claims:
 * lookups are counted before they are stored. One thread.
 */
final class BlockReader {

  private final TraceInput in;
  private final TraceBlocks blocks;
  private final BatchSchema schema;
  private final List<Feature> features;
  private final byte[] raw;

  /** The indices of the block, feature by feature. */
  private final int[] indices;

  /** Where each feature's indices begin; one entry more than features. */
  private final int[] starts;

  /**
   * By feature: where each sample's lookups begin among the feature's; null where all are as many.
   */
  private final int[][] offsets;

  private int samples;

  private BlockReader(TraceInput in, TraceHeader header) {
    this.in = in;
    blocks = new TraceBlocks(in, header);
    schema = header.schema();
    features = schema.features();
    int mostNumbers = TraceFormat.blockNumbers(features);
    raw = new byte[Math.multiplyExact(mostNumbers, Integer.BYTES)];
    indices = new int[mostNumbers];
    starts = new int[features.size() + 1];
    offsets = new int[features.size()][];
    for (int f = 0; f < offsets.length; f++) {
      offsets[f] =
          TraceFormat.hasLengths(features.get(f))
              ? new int[TraceFormat.blockSamples(features) + 1]
              : null;
    }
  }

  /** Reads the header, so that the first block is next. */
  static BlockReader open(TraceInput in) {
    return new BlockReader(in, TraceHeader.read(in));
  }

  /** What the header says of batches. */
  BatchSchema schema() {
    return schema;
  }

  /** Reads the next block and unpacks it; false at the end of the trace. */
  boolean next() {
    if (!blocks.next()) {
      samples = 0;
      return false;
    }
    samples = blocks.samples();
    long size = Zstd.decompressByteArray(raw, 0, raw.length, blocks.packed(), 0, blocks.size());
    // Errors are negative.
    int end = (int) Math.max(0, size);
    int at = 0;
    for (int f = 0; f < features.size(); f++) {
      if (offsets[f] != null) {
        at = lengths(f, at, end);
      }
      long lookups = starts[f] + (long) first(f, samples);
      if (lookups > indices.length) {
        throw bad("more than %d lookups in a block", indices.length);
      }
      starts[f + 1] = (int) lookups;
      at = indices(f, at, end);
    }
    if (at != size) {
      throw doesNotUnpack();
    }
    return true;
  }

  private int lengths(int f, int from, int end) {
    if (end - from < (long) Integer.BYTES * samples) {
      throw doesNotUnpack();
    }
    Feature feature = features.get(f);
    int lookups = 0;
    for (int s = 0; s < samples; s++) {
      int length = number(from + s, Integer.BYTES, samples);
      if (length < feature.minLookups()
          || length > feature.maxLookups()
          || length > indices.length - lookups) {
        throw bad(
            "a bag of %d lookups of feature %d, which has from %d to %d",
            length, f + 1, feature.minLookups(), feature.maxLookups());
      }
      lookups += length;
      offsets[f][s + 1] = lookups;
    }
    return from + Integer.BYTES * samples;
  }

  private int indices(int f, int from, int end) {
    int table = features.get(f).table();
    Table of = schema.tables().get(table);
    int width = TraceFormat.width(of);
    int count = starts[f + 1] - starts[f];
    if (end - from < (long) width * count) {
      throw doesNotUnpack();
    }
    for (int i = 0; i < count; i++) {
      int index = number(from + i, width, count);
      if (index < 0 || index >= of.rows()) {
        throw bad("index %d of table %d, which has %d rows", index, table + 1, of.rows());
      }
      indices[starts[f] + i] = index;
    }
    return from + width * count;
  }

  /** A number of a column: one byte of each plane. */
  private int number(int at, int width, int count) {
    int number = 0;
    for (int plane = 0; plane < width; plane++) {
      number = number << 8 | (raw[at + plane * count] & 0xff);
    }
    return number;
  }

  private FarsightException doesNotUnpack() {
    return bad("a block does not unpack");
  }

  private FarsightException bad(String what, Object... arguments) {
    return in.bad(
        blocks.from(),
        String.format(Locale.ROOT, what, arguments) + ": written by a broken program");
  }

  int samples() {
    return samples;
  }

  TracePhase phase() {
    return blocks.phase();
  }

  /** Lookups of a feature in one sample. */
  int lookups(int feature, int sample) {
    return first(feature, sample + 1) - first(feature, sample);
  }

  /** How many lookups of a feature are before those of a sample. */
  private int first(int feature, int sample) {
    return offsets[feature] == null
        ? sample * features.get(feature).minLookups()
        : offsets[feature][sample];
  }

  /**
   * Copies samples into a batch.
   *
   * @param from first sample to copy
   * @param count how many
   * @param filled samples that the batch has already
   */
  void copy(int from, int count, Batch into, int filled) {
    for (int f = 0; f < features.size(); f++) {
      int[] bags = into.offsets(f);
      int first = first(f, from);
      int lookups = first(f, from + count) - first;
      int to = filled;
      if (bags != null) {
        bags[0] = 0;
        to = bags[filled];
        for (int s = 1; s <= count; s++) {
          bags[filled + s] = to + first(f, from + s) - first;
        }
      }
      into.requireRoom(f, (long) to + lookups);
      System.arraycopy(indices, starts[f] + first, into.indices(f), to, lookups);
    }
  }
}
