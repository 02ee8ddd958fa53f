package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.Permutation;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One pass over samples in files, in their order or in a random one. The team copies blocks of
 * samples, each as large as half of an L1 cache. Where samples have different numbers of lookups,
 * these are counted first. What a batch holds does not depend on the blocks.
 *
 * <p>Allocates 16 bytes per block, and nothing else.
 */
final class NpyBatches implements BatchSource {

  private static final int BLOCK_BYTES = 40 << 10;
  private static final int FEWEST_ROWS = 16;
  private static final int MOST_ROWS = 1 << 12;

  private final NpyData data;
  private final BatchSchema schema;
  private final Workers team;
  private final SampleFiles[] parts;

  /** Number of the first sample of each part; one entry more than parts. */
  private final long[] firsts;

  /** Null if samples come in their own order. */
  private final Permutation order;

  private final long end;
  private final int blockRows;
  private final BlockReader[] readers;
  private final int[] raggedFeatures;

  /** By ragged feature: lookups of the batch. */
  private final long[] lookups;

  private final Workers.Task count = this::count;
  private final Workers.Task addUp = this::addUp;
  private final Workers.Task copy = this::copy;

  /** Always 0, which the compiler does not know. */
  private int none;

  private volatile int[][] fenced;
  private long next;
  private Batch batch;
  private int total;

  /**
   * @param from number of the first sample
   * @param end behind the number of the last one
   * @param order of the samples from 0 to {@code end}; null for their own
   */
  NpyBatches(NpyData data, Workers team, long from, long end, Permutation order) {
    this.data = data;
    this.schema = data.schema();
    this.team = team;
    this.parts = data.parts().toArray(SampleFiles[]::new);
    this.firsts = new long[parts.length + 1];
    for (int p = 0; p < parts.length; p++) {
      firsts[p + 1] = firsts[p] + parts[p].samples();
    }
    this.next = from;
    this.end = end;
    this.order = order;
    this.blockRows = blockRows(schema);
    this.readers = new BlockReader[team.threads()];
    for (int r = 0; r < readers.length; r++) {
      readers[r] = new BlockReader(data, blockRows);
    }
    this.raggedFeatures = ragged(schema);
    this.lookups = new long[raggedFeatures.length];
  }

  private static int blockRows(BatchSchema schema) {
    long bytes = schema.denseWidth() + schema.maxLookups(1);
    int rows = (int) (BLOCK_BYTES / (bytes * Integer.BYTES));
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, rows));
  }

  private static int[] ragged(BatchSchema schema) {
    return schema.oneHot()
        ? new int[0]
        : IntStream.range(0, schema.features().size())
            .filter(f -> !PartFiles.fixed(schema.features().get(f)))
            .toArray();
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    total = (int) Math.min(into.capacity(), end - next);
    batch = into;
    if (total > 0) {
      try {
        fill();
      } catch (FarsightException | InternalError e) {
        data.parts().forEach(SampleFiles::requireWhole);
        throw e;
      }
      next += total;
    }
    into.samples(total);
    return total > 0;
  }

  private void fill() {
    for (int f = 0; f < schema.features().size(); f++) {
      if (batch.offsets(f) != null) {
        batch.offsets(f)[0] = 0;
        if (PartFiles.fixed(schema.features().get(f))) {
          batch.requireRoom(f, (long) total * schema.features().get(f).maxLookups());
        }
      }
    }
    int blocks = (total + blockRows - 1) / blockRows;
    if (raggedFeatures.length > 0) {
      run(blocks, count);
      team.run(raggedFeatures.length, addUp);
      for (int r = 0; r < raggedFeatures.length; r++) {
        batch.requireRoom(raggedFeatures[r], lookups[r]);
      }
    }
    run(blocks, copy);
  }

  /** Of several samples that are wrong, the first is told, whichever thread was first. */
  private void run(int tasks, Workers.Task task) {
    try {
      team.run(tasks, task);
    } catch (FarsightException e) {
      for (int index = 0; index < tasks; index++) {
        task.run(index, 0);
      }
      throw e;
    }
  }

  private void count(int block, int worker) {
    try {
      int last = Math.min(total, (block + 1) * blockRows);
      for (int at = block * blockRows; at < last; ) {
        long sample = sample(at);
        int part = partOf(sample);
        int run = run(sample, part, last - at);
        readers[worker].countLookups(parts[part], sample - firsts[part], run, batch, at);
        at += run;
      }
    } finally {
      fence();
    }
  }

  private void addUp(int index, int worker) {
    int feature = raggedFeatures[index];
    int[] ends = batch.offsets(feature);
    long sum = 0;
    for (int s = 1; s <= total; s++) {
      sum += ends[s];
      ends[s] = (int) sum;
    }
    lookups[index] = sum;
  }

  private void copy(int block, int worker) {
    try {
      int last = Math.min(total, (block + 1) * blockRows);
      for (int at = block * blockRows; at < last; ) {
        long sample = sample(at);
        int part = partOf(sample);
        int run = run(sample, part, last - at);
        readers[worker].copy(parts[part], sample - firsts[part], run, batch, at);
        at += run;
      }
    } finally {
      fence();
    }
  }

  /** The number of the sample that comes to a place in the batch. */
  private long sample(int at) {
    return order == null ? next + at : order.at(next + at);
  }

  private int partOf(long sample) {
    int found = Arrays.binarySearch(firsts, sample);
    if (found < 0) {
      return -found - 2;
    }
    // Parts without samples have the same first sample as the one behind them.
    while (firsts[found + 1] == sample) {
      found++;
    }
    return found;
  }

  /** How many of the next samples follow each other in the same files. */
  private int run(long sample, int part, int wanted) {
    return order == null ? (int) Math.min(wanted, firsts[part + 1] - sample) : 1;
  }

  /**
   * If a file became shorter, the JVM does not throw where compiled code reads it, but where the
   * thread next enters the runtime. That must be here, not after the batch was used. An array of
   * arrays is always made by the runtime; it takes 16 bytes.
   */
  private void fence() {
    fenced = new int[none][1];
  }

  @Override
  public long skip(long samples, Batch scratch) {
    long skipped = Math.min(samples, end - next);
    next += skipped;
    return skipped;
  }

  @Override
  public void close() {
    // The arrays stay for the next pass.
  }
}
