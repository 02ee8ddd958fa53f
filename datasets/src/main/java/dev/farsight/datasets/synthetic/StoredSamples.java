package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.util.Arrays;

/**
 * Samples made beforehand and kept on the heap: 4 bytes a lookup, dense feature, label and truth.
 * For measuring what comes after the reader. Kept in blocks of a batch each, so that serving a
 * batch is a bulk copy per table. Immutable once made.
 */
final class StoredSamples {

  private final int blockSize;
  private final int denseWidth;
  private final int[][][] indices;
  private final float[][] dense;
  private final float[][] labels;
  private final float[][] truth;

  /** Draws samples 0 to {@code samples}-1, blocks in parallel. */
  StoredSamples(
      BatchSchema schema, Population population, Workers team, long samples, int blockSize) {
    int blocks = Math.toIntExact((samples + blockSize - 1) / blockSize);
    this.blockSize = blockSize;
    this.denseWidth = schema.denseWidth();
    this.indices = new int[blocks][][];
    this.dense = new float[blocks][];
    this.labels = new float[blocks][];
    this.truth = new float[blocks][];
    var samplers = new Population.Sampler[team.threads()];
    var batches = new Batch[team.threads()];
    for (int w = 0; w < samplers.length; w++) {
      samplers[w] = population.sampler();
      batches[w] = new Batch(schema, blockSize, HostBuffers.plain());
    }
    team.run(
        blocks,
        (block, worker) -> {
          long first = (long) block * blockSize;
          int count = (int) Math.min(blockSize, samples - first);
          samplers[worker].fill(batches[worker], 0, count, first);
          store(block, count, batches[worker]);
        });
  }

  /** Bytes that so many samples take. */
  static long bytes(BatchSchema schema, long samples) {
    return samples * Float.BYTES * (schema.tables().size() + schema.denseWidth() + 2L);
  }

  private void store(int block, int count, Batch from) {
    int tables = from.schema().tables().size();
    indices[block] = new int[tables][];
    for (int t = 0; t < tables; t++) {
      indices[block][t] = Arrays.copyOf(from.indices(t), count);
    }
    dense[block] = new float[count * denseWidth];
    from.dense().get(0, dense[block]);
    labels[block] = new float[count];
    from.labels().get(0, labels[block]);
    truth[block] = new float[count];
    from.truth().get(0, truth[block]);
  }

  /** Copies samples {@code first} and following into positions 0 to {@code count}-1. */
  void copy(long first, int count, Batch into) {
    for (int done = 0; done < count; ) {
      int block = (int) ((first + done) / blockSize);
      int from = (int) ((first + done) % blockSize);
      int part = Math.min(count - done, labels[block].length - from);
      into.labels().put(done, labels[block], from, part);
      into.truth().put(done, truth[block], from, part);
      into.dense().put(done * denseWidth, dense[block], from * denseWidth, part * denseWidth);
      for (int t = 0; t < indices[block].length; t++) {
        System.arraycopy(indices[block][t], from, into.indices(t), done, part);
      }
      done += part;
    }
  }
}
