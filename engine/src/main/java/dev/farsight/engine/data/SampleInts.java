package dev.farsight.engine.data;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;

/** How many ints a sample takes in a {@link SampleBlock}, and so how large a block is. */
final class SampleInts {

  private static final int CHUNK_INTS = 1 << 18;

  /** A chunk has room for so many of the largest samples, so that little of it stays empty. */
  private static final int LARGEST_IN_CHUNK = 8;

  private SampleInts() {}

  /** Of the largest sample. */
  static long most(BatchSchema schema) {
    return fixed(schema) + lookups(schema, 1);
  }

  /** Of a sample whose bags are empty. */
  static long least(BatchSchema schema) {
    return fixed(schema) + schema.features().stream().filter(Feature::oneHot).count();
  }

  /** Of a sample without its lookups. */
  private static long fixed(BatchSchema schema) {
    int ints = schema.denseWidth();
    for (Column column : schema.columns()) {
      ints += column == Column.GROUP || column == Column.ROW_NUMBER ? 2 : 1;
    }
    return ints + schema.features().stream().filter(feature -> !feature.oneHot()).count();
  }

  /** Of the lookups of so many samples in one batch, at most. */
  private static long lookups(BatchSchema schema, int samples) {
    long ints = 0;
    for (int f = 0; f < schema.features().size(); f++) {
      int perLookup = schema.features().get(f).weighted() ? 2 : 1;
      ints += schema.maxLookups(f, samples) * perLookup;
    }
    return ints;
  }

  /**
   * Of a chunk.
   *
   * @param most those of the largest sample
   */
  static int ofChunk(long most) {
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(CHUNK_INTS, LARGEST_IN_CHUNK * most));
  }

  /**
   * Most bytes of a block. Its samples come in batches, which have room for so many lookups.
   *
   * @param batchSize of those batches
   */
  static long heapBytes(BatchSchema schema, long samples, int batchSize) {
    long batches = (samples + batchSize - 1) / batchSize + 1;
    long lookups = Math.min(samples * lookups(schema, 1), batches * lookups(schema, batchSize));
    long ints = samples * fixed(schema) + lookups;
    long most = most(schema);
    long chunkInts = ofChunk(most);
    long chunks = ints / Math.max(1, chunkInts - most) + 1;
    // While the positions grow, there are those of before too.
    long positions = Math.max(samples, SampleBlock.FIRST_POSITIONS) * 3 / 2;
    return chunks * chunkInts * Integer.BYTES + positions * Long.BYTES;
  }
}
