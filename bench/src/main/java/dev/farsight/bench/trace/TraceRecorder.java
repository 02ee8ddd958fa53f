package dev.farsight.bench.trace;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.data.EvaluationSample;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EvaluationInterval;
import dev.farsight.engine.settings.RowFormats;
import java.nio.file.Path;

/**
 * Records what a training run with this configuration looks up, in the phases of the run: epochs
 * cut by evaluations, up to {@code train.max-steps}. Reads the data and computes nothing; a run
 * that would stop early is recorded to its last epoch. Weights of lookups are left out: they do not
 * tell which rows are needed.
 */
public final class TraceRecorder {

  /**
   * What was recorded.
   *
   * @param batches of training and evaluation
   * @param lookups of all features
   * @param bytes of the file
   */
  public record Summary(long batches, long samples, long lookups, int phases, long bytes) {}

  private final Settings farsight;
  private final DataSource data;
  private final TraceWriter writer;
  private final Batch batch;
  private final boolean updates;

  /** What evaluations during training use. */
  private final EvaluationSample sample;

  private long steps;
  private long evaluatedAt = -1;
  private long batches;
  private int phases;

  private TraceRecorder(Settings farsight, DataSource data, TraceWriter writer, int batchSize) {
    this.farsight = farsight;
    this.data = data;
    this.writer = writer;
    batch = new Batch(data.schema(), batchSize, HostBuffers.plain());
    Settings train = farsight.section("train");
    long samples =
        train.has("eval-samples") ? train.longInteger("eval-samples", 1, Long.MAX_VALUE) : 0;
    sample = new EvaluationSample(data, samples, batchSize);
    updates = !farsight.section("optimizer").bool("freeze-rows");
  }

  /**
   * Records a run.
   *
   * @param farsight the section {@code farsight}
   * @param file what to write; an earlier trace is replaced
   */
  public static Summary record(Settings farsight, Components components, Path file) {
    if (file.getFileName() == null || file.toFile().isDirectory()) {
      throw new ConfigException(file + ": is a folder; name a file to write");
    }
    Settings section = farsight.section("data");
    int batchSize = section.integer("batch-size", 1, 1 << 24);
    var context =
        new DataContext(
            section,
            section.section(section.string("source")),
            batchSize,
            farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
            Runtime.getRuntime().availableProcessors());
    try (DataSource data = RunData.open(components.source(farsight), context);
        var writer =
            new TraceWriter(file, data.schema(), batchSize, RowFormats.of(farsight).bytes())) {
      var recorder = new TraceRecorder(farsight, data, writer, batchSize);
      recorder.record();
      writer.finish();
      return new Summary(
          recorder.batches, writer.samples(), writer.lookups(), recorder.phases, writer.bytes());
    }
  }

  private void record() {
    Settings train = farsight.section("train");
    int epochs = train.integer("epochs", 1, Integer.MAX_VALUE);
    boolean over = false;
    for (int epoch = 0; epoch < epochs && !over; epoch++) {
      try (BatchSource source = data.train(epoch)) {
        over = epoch(source, epoch);
      }
    }
    if (evaluatedAt != steps && data.evalSamples() > 0) {
      evaluate(epochs - 1, new EvaluationSample(data, 0, batch.capacity()));
    }
  }

  /** Returns whether the last step was recorded. */
  private boolean epoch(BatchSource source, int epoch) {
    Settings train = farsight.section("train");
    long maxSteps = train.longInteger("max-steps", 0, Long.MAX_VALUE);
    EvaluationInterval interval = EvaluationInterval.of(train);
    long evalEvery = interval.steps();
    while (true) {
      long left = maxSteps == 0 ? Long.MAX_VALUE : maxSteps - steps;
      long toEvaluation = evalEvery == 0 ? Long.MAX_VALUE : evalEvery - steps % evalEvery;
      long wanted = Math.min(left, toEvaluation);
      long recorded =
          phase(source, wanted, new TracePhase(phases, epoch, RowRequest.Use.TRAIN, updates));
      steps += recorded;
      boolean ended = recorded < wanted;
      if (!ended && evalEvery > 0 && steps % evalEvery == 0) {
        evaluate(epoch, sample);
      }
      boolean last = maxSteps > 0 && steps >= maxSteps;
      if (ended && interval.isDueAfterEpoch(epoch)) {
        evaluate(epoch, sample);
      }
      if (last || ended) {
        return last;
      }
    }
  }

  /**
   * @param part which samples
   */
  private void evaluate(int epoch, EvaluationSample part) {
    try (BatchSource source = part.open()) {
      phase(source, Long.MAX_VALUE, new TracePhase(phases, epoch, RowRequest.Use.EVALUATE, false));
    }
    evaluatedAt = part.isAll() ? steps : evaluatedAt;
  }

  private long phase(BatchSource source, long wanted, TracePhase phase) {
    long recorded = 0;
    while (recorded < wanted && source.next(batch)) {
      writer.add(batch, phase);
      recorded++;
    }
    batches += recorded;
    phases += recorded > 0 ? 1 : 0;
    return recorded;
  }
}
