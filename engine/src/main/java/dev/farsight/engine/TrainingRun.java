package dev.farsight.engine;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.RunProgress;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.LossDigest;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.Phase;
import dev.farsight.engine.pipeline.StageTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epochs of training with evaluations in between, and what is counted on the way. Training is cut
 * into phases wherever an evaluation is due; the pipeline comes to rest between phases.
 */
final class TrainingRun {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Session session;
  private final EngineSettings settings;
  private final RunListener listener;
  private final MetricsFile metrics;
  private final CheckpointSettings checkpointing;
  private final EarlyStopping.Watch watch;
  private CacheCounters counters = new CacheCounters();
  private final CacheCounters evaluationCounters = new CacheCounters();
  private TableCounters tables;
  private final TableCounters evaluationTables;
  private final LossDigest losses = new LossDigest();
  private StageTimes stages = StageTimes.ZERO;
  private long steps;
  private long samples;
  private long badRows;
  private long evaluated;
  private double seconds;
  private double firstEpochSeconds;
  private long phaseStart;
  private double secondsBefore;
  private Steady steady;
  private Quality quality;
  private long evaluatedAt = -1;
  private int epoch;
  private long samplesInEpoch;
  private long checkpointedAt = -1;
  private long checkpointedNanos;

  TrainingRun(
      Session session,
      RunListener listener,
      MetricsFile metrics,
      CheckpointSettings checkpointing) {
    this.session = session;
    this.settings = session.settings;
    this.listener = listener;
    this.metrics = metrics;
    tables = new TableCounters(session.data.schema().tables());
    evaluationTables = new TableCounters(session.data.schema().tables());
    this.checkpointing = checkpointing;
    this.watch = settings.earlyStopping().watch();
    if (session.checkpoints != null && session.checkpoints.resumed()) {
      resume(session.checkpoints.progress(), session.checkpoints.losses());
    }
  }

  private void resume(RunProgress progress, float[] before) {
    steps = progress.steps();
    epoch = progress.epoch();
    samplesInEpoch = progress.samplesInEpoch();
    samples = progress.samples();
    badRows = progress.badRows();
    seconds = progress.seconds();
    firstEpochSeconds = progress.firstEpochSeconds();
    stages = progress.stages();
    counters = CacheCounters.of(progress.counters());
    tables = TableCounters.of(session.data.schema().tables(), progress.tableCounters());
    watch.resume(progress.best(), progress.withoutBetter());
    for (float loss : before) {
      losses.add(loss);
    }
    checkpointedAt = steps;
  }

  /**
   * Trains and evaluates to the end of the last epoch, to the last step, or until it should stop.
   */
  void train() {
    boolean last = settings.maxSteps() > 0 && steps >= settings.maxSteps();
    boolean enough = last || watch.hadEnough();
    checkpoint(true);
    while (epoch < settings.epochs() && !enough) {
      listener.phase(settings.epochs() == 1 ? "training" : "training, epoch " + (epoch + 1));
      try (BatchSource source = session.data.train(epoch)) {
        enough = epoch(source);
        badRows = Math.max(badRows, source.badRows());
      }
      firstEpochSeconds = epoch == 0 ? seconds : firstEpochSeconds;
      if (!enough) {
        epoch++;
        samplesInEpoch = 0;
      }
    }
    if (checkpointedAt < steps) {
      checkpoint(!session.pipeline.stopped());
    }
  }

  /** Returns whether training is over before its last epoch. */
  private boolean epoch(BatchSource source) {
    if (samplesInEpoch > 0) {
      source.skip(
          samplesInEpoch, new Batch(source.schema(), settings.batchSize(), HostBuffers.plain()));
    }
    while (true) {
      long left = settings.maxSteps() == 0 ? Long.MAX_VALUE : settings.maxSteps() - steps;
      long toEvaluation =
          settings.evalEvery() == 0
              ? Long.MAX_VALUE
              : settings.evalEvery() - steps % settings.evalEvery();
      long toCheckpoint =
          checkpointing.everySteps() == 0
              ? Long.MAX_VALUE
              : checkpointing.everySteps() - steps % checkpointing.everySteps();
      long wanted = Math.min(left, Math.min(toEvaluation, toCheckpoint));
      long before = steps;
      var timed = new TimedSource(source, checkpointing.everyNanos(), checkpointedNanos);
      phase(timed, wanted);
      if (session.pipeline.stopped()) {
        return true;
      }
      boolean sourceEnded = steps - before < wanted && !timed.due();
      boolean last = settings.maxSteps() > 0 && steps >= settings.maxSteps();
      if (!sourceEnded && settings.evalEvery() > 0 && steps % settings.evalEvery() == 0) {
        evaluate();
        boolean enough = quality != null && watch.stopAfter(quality);
        if (session.pipeline.stopped() || enough) {
          return true;
        }
      }
      boolean due = checkpointing.everySteps() > 0 && steps % checkpointing.everySteps() == 0;
      if (due || timed.due()) {
        checkpoint(true);
      }
      if (last || sourceEnded) {
        return last;
      }
    }
  }

  /** Takes a checkpoint of this moment, unless there are none or it was just taken. */
  private void checkpoint(boolean resumable) {
    if (session.checkpoints == null || checkpointedAt == steps) {
      checkpointedNanos = System.nanoTime();
      return;
    }
    session.checkpoint(
        new RunProgress(
            steps,
            epoch,
            samplesInEpoch,
            samples,
            badRows,
            seconds,
            firstEpochSeconds,
            stages,
            counters.values(),
            tables.values(),
            watch.best(),
            watch.withoutBetter()),
        losses.losses(),
        resumable);
    checkpointedAt = steps;
    checkpointedNanos = System.nanoTime();
  }

  private void phase(BatchSource source, long batches) {
    phaseStart = System.nanoTime();
    secondsBefore = seconds;
    stages = stages.plus(session.pipeline.run(new Training(source, batches, steps)));
  }

  /**
   * Evaluates, unless that was just done, nothing is there to evaluate on, or the run was stopped.
   */
  void evaluateAtEnd() {
    if (evaluatedAt != steps && !session.pipeline.stopped() && session.data.evalSamples() > 0) {
      evaluate();
    }
  }

  /** Runs the evaluation part through the model; changes no weight. */
  Evaluation evaluate() {
    listener.phase("evaluating");
    var schema = session.data.schema();
    var evaluation = new Evaluation(session.data.evalSamples(), schema.labelled(), schema.truth());
    try (BatchSource source = session.data.eval()) {
      session.pipeline.run(new Evaluating(source, evaluation));
      badRows += source.badRows();
    }
    evaluated = evaluation.samples();
    evaluatedAt = steps;
    quality = evaluation.quality();
    LOG.info("after step {}: {} samples evaluated, {}", steps, evaluated, quality);
    if (quality != null && metrics != null) {
      metrics.evaluation(steps, quality);
    }
    return evaluation;
  }

  ReportBuilder report(String command) {
    return new ReportBuilder(command, session)
        .data(samples, evaluated, badRows)
        .steady(steady == null ? null : steady.until(steps, samples, seconds, counters))
        .throughput(samples, steps, seconds, firstEpochSeconds, stages)
        .quality(quality)
        .cache(
            session,
            steps > 0 ? counters : evaluationCounters,
            steps > 0 ? tables : evaluationTables)
        .memory(session);
  }

  String lossSha256() {
    return losses.hex();
  }

  private long stepsInAll() {
    long perEpoch = (session.data.trainSamples() + settings.batchSize() - 1) / settings.batchSize();
    long all = perEpoch * settings.epochs();
    return settings.maxSteps() == 0 ? all : Math.min(all, settings.maxSteps());
  }

  /** Training batches, up to so many. */
  private final class Training implements Phase {

    private final BatchSource source;
    private final long batches;
    private final long first;
    private final long stepsInAll = stepsInAll();

    Training(BatchSource source, long batches, long first) {
      this.source = source;
      this.batches = batches;
      this.first = first;
    }

    @Override
    public BatchSource source() {
      return source;
    }

    @Override
    public long maxBatches() {
      return batches;
    }

    @Override
    public boolean training() {
      return true;
    }

    @Override
    public float learningRate(long batch) {
      return settings.learningRate().at(first + batch);
    }

    @Override
    public void stepped(long batch, Batch trained, StepInput result, CachePlan plan) {
      float loss = result.loss().get(0);
      steps++;
      samples += trained.samples();
      samplesInEpoch += trained.samples();
      losses.add(loss);
      counters.add(trained, plan);
      tables.add(trained, result, plan);
      // Up to the last step finished: what follows, such as its write-backs, is no longer training.
      seconds = secondsBefore + (System.nanoTime() - phaseStart) / 1e9;
      if (steps == settings.warmUpSteps()) {
        steady = new Steady(steps, samples, seconds, counters.copy());
      }
      double samplesPerSecond = samples / seconds;
      if (steps % settings.metricsEvery() == 0) {
        metrics.step(steps, loss, samplesPerSecond, counters.hitRatio());
      }
      listener.step(
          new StepProgress(
              steps, stepsInAll, loss, samplesPerSecond, steps / seconds, counters.hitRatio()));
    }
  }

  /** All evaluation batches. */
  private final class Evaluating implements Phase {

    private final BatchSource source;
    private final Evaluation evaluation;

    Evaluating(BatchSource source, Evaluation evaluation) {
      this.source = source;
      this.evaluation = evaluation;
    }

    @Override
    public BatchSource source() {
      return source;
    }

    @Override
    public long maxBatches() {
      return Long.MAX_VALUE;
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public float learningRate(long batch) {
      return 0;
    }

    @Override
    public void stepped(long batch, Batch samples, StepInput result, CachePlan plan) {
      evaluation.add(samples, result);
      evaluationCounters.add(samples, plan);
      evaluationTables.add(samples, result, plan);
    }
  }
}
