package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples in any order, each in one piece: a sample that is taken out of order costs a few lines of
 * the processor's cache, not one for each feature. A sample is a sequence of ints, floats by their
 * bits:
 *
 * <pre>
 * dense values; label, truth and weight, 1 each; group and row number, 2 each: where the schema has them
 * for each feature: the number of lookups, unless it is one-hot; indices; weights of the lookups
 * </pre>
 *
 * <p><b>Memory.</b> 4 bytes an int and 8 a sample, in chunks that are allocated as they are needed
 * and kept. Not thread-safe.
 */
final class SampleBlock {

  static final int FIRST_POSITIONS = 1 << 10;

  /** Samples whose memory is asked for before the first of them is copied. */
  private static final int TOUCHED_TOGETHER = 32;

  /** Ints of a line of the processor's cache. */
  private static final int LINE_INTS = 16;

  private final BatchSchema schema;
  private final int maxSamples;

  /** Ints of the largest sample. */
  private final int maxInts;

  /** Ints of the smallest sample. */
  private final int leastInts;

  private final int chunkInts;
  private final List<int[]> chunks = new ArrayList<>();

  /** Where each sample begins: number of the chunk, and the place in it in the low 32 bits. */
  private long[] positions = new long[FIRST_POSITIONS];

  private int count;

  // The end of the last sample, and the chunk that is read or written.
  private int endChunk;
  private int end;
  private int[] chunk;
  private int at;

  private final float[] denseValues;

  // Of the batch that was used last, by feature.
  private final int[][] indices;
  private final int[][] offsets;
  private Batch bound;

  /** Keeps the compiler from leaving out reads of which nothing else is made. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  /**
   * @param maxSamples how many samples fit
   */
  SampleBlock(BatchSchema schema, int maxSamples) {
    this.schema = schema;
    this.maxSamples = maxSamples;
    maxInts = Math.toIntExact(SampleInts.most(schema));
    chunkInts = SampleInts.ofChunk(maxInts);
    denseValues = new float[schema.denseWidth()];
    indices = new int[schema.features().size()][];
    offsets = new int[indices.length][];
    leastInts = Math.toIntExact(SampleInts.least(schema));
  }

  private void bind(Batch batch) {
    if (batch != bound) {
      bound = batch;
      for (int f = 0; f < indices.length; f++) {
        indices[f] = batch.indices(f);
        offsets[f] = batch.offsets(f);
      }
    }
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == maxSamples;
  }

  /** Removes all samples. */
  void clear() {
    count = 0;
    endChunk = 0;
    end = 0;
  }

  void shuffle(SampleOrder order, long block) {
    order.shuffle(block, positions, count);
  }

  /** Adds a sample of a batch. The block is not full. */
  void add(Batch batch, int sample) {
    if (chunks.isEmpty()) {
      chunks.add(new int[chunkInts]);
    }
    if (end > chunkInts - maxInts) {
      endChunk++;
      end = 0;
      if (endChunk == chunks.size()) {
        chunks.add(new int[chunkInts]);
      }
    }
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, (int) Math.min(maxSamples, 2L * count));
    }
    bind(batch);
    positions[count++] = (long) endChunk << 32 | end;
    chunk = chunks.get(endChunk);
    at = end;
    int width = schema.denseWidth();
    batch.dense().get(sample * width, denseValues);
    for (float value : denseValues) {
      write(value);
    }
    writeIfPresent(schema.labelled() ? batch.labels() : null, sample);
    writeIfPresent(batch.truth(), sample);
    writeIfPresent(batch.weights(), sample);
    writeIfPresent(batch.groups(), sample);
    writeIfPresent(batch.rowNumbers(), sample);
    int[] into = chunk;
    for (int f = 0; f < indices.length; f++) {
      if (offsets[f] == null) {
        into[at++] = indices[f][sample];
      } else {
        addBag(batch, f, sample);
      }
    }
    end = at;
  }

  private void addBag(Batch batch, int feature, int sample) {
    int first = offsets[feature][sample];
    int lookups = offsets[feature][sample + 1] - first;
    chunk[at++] = lookups;
    System.arraycopy(indices[feature], first, chunk, at, lookups);
    at += lookups;
    FloatBuffer weights = batch.lookupWeights(feature);
    for (int i = 0; weights != null && i < lookups; i++) {
      write(weights.get(first + i));
    }
  }

  private void write(float value) {
    chunk[at++] = Float.floatToRawIntBits(value);
  }

  private void writeIfPresent(FloatBuffer column, int sample) {
    if (column != null) {
      write(column.get(sample));
    }
  }

  private void writeIfPresent(LongBuffer column, int sample) {
    if (column != null) {
      long value = column.get(sample);
      chunk[at++] = (int) (value >>> 32);
      chunk[at++] = (int) value;
    }
  }

  /**
   * Copies samples into a batch, behind those that it already has. A sample is anywhere in memory,
   * so that some are touched together first: their cache misses overlap.
   *
   * @param number of the first sample in this block
   * @param sample its number in the batch
   */
  void copyTo(int number, int samples, Batch batch, int sample) {
    bind(batch);
    for (int from = 0; from < samples; from += TOUCHED_TOGETHER) {
      int some = Math.min(TOUCHED_TOGETHER, samples - from);
      touch(number + from, some);
      for (int i = from; i < from + some; i++) {
        copyTo(number + i, batch, sample + i);
      }
    }
  }

  private void touch(int number, int samples) {
    int sum = 0;
    for (int i = number; i < number + samples; i++) {
      int[] ints = chunks.get((int) (positions[i] >>> 32));
      int first = (int) positions[i];
      for (int line = 0; line < leastInts; line += LINE_INTS) {
        sum += ints[first + line];
      }
    }
    touched = sum;
  }

  private void copyTo(int number, Batch batch, int sample) {
    chunk = chunks.get((int) (positions[number] >>> 32));
    at = (int) positions[number];
    for (int d = 0; d < denseValues.length; d++) {
      denseValues[d] = readFloat();
    }
    batch.dense().put(sample * denseValues.length, denseValues);
    readIfPresent(schema.labelled() ? batch.labels() : null, sample);
    readIfPresent(batch.truth(), sample);
    readIfPresent(batch.weights(), sample);
    readIfPresent(batch.groups(), sample);
    readIfPresent(batch.rowNumbers(), sample);
    int[] from = chunk;
    for (int f = 0; f < indices.length; f++) {
      if (offsets[f] == null) {
        indices[f][sample] = from[at++];
      } else {
        copyBag(batch, f, sample);
      }
    }
  }

  private void copyBag(Batch batch, int feature, int sample) {
    int[] ends = offsets[feature];
    int first = sample == 0 ? 0 : ends[sample];
    int lookups = chunk[at++];
    batch.requireRoom(feature, (long) first + lookups);
    System.arraycopy(chunk, at, indices[feature], first, lookups);
    at += lookups;
    ends[0] = 0;
    ends[sample + 1] = first + lookups;
    FloatBuffer weights = batch.lookupWeights(feature);
    for (int i = 0; weights != null && i < lookups; i++) {
      weights.put(first + i, readFloat());
    }
  }

  private float readFloat() {
    return Float.intBitsToFloat(chunk[at++]);
  }

  private void readIfPresent(FloatBuffer column, int sample) {
    if (column != null) {
      column.put(sample, readFloat());
    }
  }

  private void readIfPresent(LongBuffer column, int sample) {
    if (column != null) {
      column.put(sample, (long) chunk[at] << 32 | (chunk[at + 1] & 0xFFFF_FFFFL));
      at += 2;
    }
  }
}
