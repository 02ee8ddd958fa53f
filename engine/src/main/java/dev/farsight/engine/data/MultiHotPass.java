package dev.farsight.engine.data;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;

/**
 * A pass over one-hot samples that gives them bags. A batch is read as the source has it, and then
 * expanded by a team of threads, some samples each. Takes the memory of a one-hot batch. Owns the
 * source. Used by one thread.
 */
final class MultiHotPass implements BatchSource {

  private static final int SAMPLES_OF_A_TASK = 512;
  private static final int MOST_THREADS = 8;

  private final BatchSource source;
  private final BatchSchema oneHot;
  private final BatchSchema schema;
  private final MultiHotTables tables;
  private final int threads;
  private final Workers.Task expand = (task, worker) -> expand(task);

  /** Null before the first call. */
  private Workers workers;

  /** Null before the first call. */
  private Batch read;

  /** The batch that is being expanded. */
  private Batch expanded;

  /**
   * @param oneHot the schema of the source
   * @param schema the same with bags
   */
  MultiHotPass(
      BatchSource source,
      BatchSchema oneHot,
      BatchSchema schema,
      MultiHotTables tables,
      int threads) {
    this.source = source;
    this.oneHot = oneHot;
    this.schema = schema;
    this.tables = tables;
    this.threads = Math.min(threads, MOST_THREADS);
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch batch) {
    prepare(batch);
    if (!source.next(read)) {
      return false;
    }
    int samples = read.samples();
    for (int f = 0; f < schema.features().size(); f++) {
      batch.requireRoom(f, (long) samples * schema.features().get(f).maxLookups());
    }
    copyColumns(batch, samples);
    expanded = batch;
    tables.hold();
    try {
      workers.run((samples + SAMPLES_OF_A_TASK - 1) / SAMPLES_OF_A_TASK, expand);
    } finally {
      tables.letGo();
    }
    expanded = null;
    batch.samples(samples);
    return true;
  }

  private void prepare(Batch batch) {
    if (read == null || read.capacity() != batch.capacity()) {
      read = new Batch(oneHot, batch.capacity(), HostBuffers.plain());
    }
    if (workers == null) {
      workers = new Workers("multi-hot", threads, Workers.SHORT_SPIN_NANOS);
    }
  }

  private void copyColumns(Batch batch, int samples) {
    batch.dense().put(0, read.dense(), 0, samples * schema.denseWidth());
    batch.labels().put(0, read.labels(), 0, samples);
    if (schema.truth()) {
      batch.truth().put(0, read.truth(), 0, samples);
    }
    if (schema.weighted()) {
      batch.weights().put(0, read.weights(), 0, samples);
    }
    if (schema.has(BatchSchema.Column.GROUP)) {
      batch.groups().put(0, read.groups(), 0, samples);
    }
    if (schema.has(BatchSchema.Column.ROW_NUMBER)) {
      batch.rowNumbers().put(0, read.rowNumbers(), 0, samples);
    }
  }

  private void expand(int task) {
    int from = task * SAMPLES_OF_A_TASK;
    int to = Math.min(from + SAMPLES_OF_A_TASK, read.samples());
    for (int f = 0; f < schema.features().size(); f++) {
      if (schema.features().get(f).oneHot()) {
        System.arraycopy(read.indices(f), from, expanded.indices(f), from, to - from);
      } else {
        expand(f, from, to);
      }
    }
  }

  private void expand(int feature, int from, int to) {
    int lookups = schema.features().get(feature).maxLookups();
    int[] first = read.indices(feature);
    int[] indices = expanded.indices(feature);
    int[] offsets = expanded.offsets(feature);
    // Of each task, the first sample's offset is the last one that the task before sets.
    if (from == 0) {
      offsets[0] = 0;
    }
    for (int s = from; s < to; s++) {
      int at = s * lookups;
      indices[at] = first[s];
      tables.copy(feature, first[s], indices, at + 1);
      offsets[s + 1] = at + lookups;
    }
  }

  @Override
  public long skip(long samples, Batch scratch) {
    prepare(scratch);
    return source.skip(samples, read);
  }

  @Override
  public long badRows() {
    return source.badRows();
  }

  @Override
  public long truncatedBags() {
    return source.truncatedBags();
  }

  @Override
  public void close() {
    if (workers == null) {
      source.close();
    } else {
      Closing.all(workers, source);
    }
  }
}
