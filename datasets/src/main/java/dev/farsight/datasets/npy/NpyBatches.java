package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.Permutation;
import java.util.stream.IntStream;

/**
 * One pass over samples in files, in their order or in a random one. The team copies blocks of
 * samples, each about as large as an L1 cache. Where samples have different numbers of lookups,
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
  private final SampleOrder order;
  private final long end;
  private final int blockRows;
  private final BlockReader[] readers;
  private final int[] raggedFeatures;

  /** By ragged feature: lookups of the batch. */
  private final long[] lookups;

  private final Workers.Task count = this::count;
  private final Workers.Task addUp = this::addUp;
  private final Workers.Task copy = this::copy;

  /** Numbers of the samples of the batch. */
  private long[] samples = {};

  private long next;
  private Batch batch;
  private int total;

  /** Always 0, which the compiler does not know. */
  private int none;

  // Written only, so that the compiler leaves out nothing.
  @SuppressWarnings("UnusedVariable")
  private volatile int[][] fenced;

  @SuppressWarnings("UnusedVariable")
  private volatile long touched;

  /**
   * @param from position of the first sample
   * @param end behind the position of the last one
   * @param permutation of the samples from 0 to {@code end}; null for their own order
   */
  NpyBatches(NpyData data, Workers team, long from, long end, Permutation permutation) {
    this.data = data;
    this.schema = data.schema();
    this.team = team;
    this.order = new SampleOrder(data.parts(), permutation);
    this.next = from;
    this.end = end;
    this.blockRows = blockRows(schema);
    this.readers = new BlockReader[team.threads()];
    for (int r = 0; r < readers.length; r++) {
      readers[r] = new BlockReader(data, blockRows);
    }
    this.raggedFeatures =
        IntStream.range(0, schema.features().size())
            .filter(f -> !PartFiles.fixed(schema.features().get(f)))
            .toArray();
    this.lookups = new long[raggedFeatures.length];
  }

  private static int blockRows(BatchSchema schema) {
    long values = schema.denseWidth() + schema.maxLookups(1);
    int rows = (int) (BLOCK_BYTES / (values * Integer.BYTES));
    return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, rows));
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    if (samples.length < into.capacity()) {
      samples = new long[into.capacity()];
    }
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
    int first = block * blockRows;
    int last = Math.min(total, first + blockRows);
    try {
      for (int at = first; at < last; ) {
        long sample = order.at(next + at);
        int part = order.partOf(sample);
        int run = order.run(sample, part, last - at);
        LookupCounts.count(schema, order.part(part), order.row(sample, part), run, batch, at);
        at += run;
      }
    } finally {
      fence();
    }
  }

  private void addUp(int index, int worker) {
    int[] ends = batch.offsets(raggedFeatures[index]);
    long sum = 0;
    for (int s = 1; s <= total; s++) {
      sum += ends[s];
      ends[s] = (int) sum;
    }
    lookups[index] = sum;
  }

  private void copy(int block, int worker) {
    int first = block * blockRows;
    int last = Math.min(total, first + blockRows);
    BlockReader reader = readers[worker];
    try {
      for (int at = first; at < last; at++) {
        samples[at] = order.at(next + at);
      }
      if (order.scattered()) {
        touch(first, last);
      }
      reader.start(batch, first);
      for (int at = first; at < last; ) {
        int part = order.partOf(samples[at]);
        int run = order.run(samples[at], part, last - at);
        reader.copy(order.part(part), order.row(samples[at], part), run, at);
        at += run;
      }
      int wrong = reader.placeColumns(last - first);
      if (wrong != Ids.GOOD) {
        int part = order.partOf(samples[wrong]);
        throw reader.wrongId(order.part(part), order.row(samples[wrong], part));
      }
    } finally {
      fence();
    }
  }

  private void touch(int from, int to) {
    long read = 0;
    for (int at = from; at < to; at++) {
      int part = order.partOf(samples[at]);
      read ^= CacheLines.touch(order.part(part), order.row(samples[at], part));
    }
    touched = read;
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
  public long skip(long count, Batch scratch) {
    long skipped = Math.min(count, end - next);
    next += skipped;
    return skipped;
  }

  @Override
  public void close() {
    // The arrays stay for the next pass.
  }
}
