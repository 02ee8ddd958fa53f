package dev.farsight.bench.stats;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.statistics.RowCounts;

/**
 * Counts in this process, batch by batch: each table by one thread at a time, and the dense columns
 * by another.
 */
final class LocalCounting implements PartCounting {

  private final Workers workers;
  private final int batchSize;
  private final Meters meters;
  private final Runnable requireGoingOn;

  /** Begins to tell how far a phase is. */
  @FunctionalInterface
  interface Meters {
    ProgressMeter begin(String phase, long samples);
  }

  /**
   * @param requireGoingOn called after each batch; throws to end
   */
  LocalCounting(Workers workers, int batchSize, Meters meters, Runnable requireGoingOn) {
    this.workers = workers;
    this.batchSize = batchSize;
    this.meters = meters;
    this.requireGoingOn = requireGoingOn;
  }

  @Override
  public PartSummary count(DataSource data, boolean evaluation, RowCounts counts, Batches first) {
    var summary = new PartSummary(data.schema());
    boolean whole = counts != null;
    String part = evaluation ? "evaluation" : "training";
    String phase = whole ? "counting rows in the " + part + " data" : "reading the evaluation data";
    if (whole) {
      data.observe(summary.values());
    }
    try (BatchSource pass = evaluation ? data.eval() : data.train(0)) {
      var meter = meters.begin(phase, evaluation ? data.evalSamples() : data.trainSamples());
      var batch = new Batch(pass.schema(), batchSize, HostBuffers.plain());
      while (pass.next(batch)) {
        if (whole) {
          add(summary, batch, workers, counts);
        }
        summary.addLabels(batch);
        if (first.wantsMore()) {
          first.accept(batch);
        }
        meter.add(batch.samples());
        requireGoingOn.run();
      }
      meter.end();
      summary.end(pass);
    } finally {
      data.observe(new RawValues.Nothing());
    }
    return summary;
  }

  private static void add(PartSummary summary, Batch batch, Workers workers, RowCounts counts) {
    BatchSchema schema = batch.schema();
    int tables = schema.tables().size();
    workers.run(
        tables + schema.denseWidth(),
        (task, worker) -> {
          if (task >= tables) {
            summary.addDense(batch, task - tables);
            return;
          }
          for (int feature : schema.featuresOf(task)) {
            counts.add(batch, feature);
            summary.addFeature(batch, feature);
          }
        });
  }
}
