package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.data.EvaluationSample;
import dev.farsight.engine.data.SplitSetting;
import dev.farsight.engine.event.EvaluationBegun;
import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.DataFaults;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.settings.GroupFeature;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the evaluation part of the data through the model, and keeps the last result. */
public final class Evaluator {

  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  private final Session session;
  private final TrainingCounters counters;

  /** Null if no metrics are written. */
  private final MetricsFile metrics;

  private final RunListener events;
  private final CacheCounters cache = new CacheCounters();
  private final TableCounters tables;
  private final CountersByDevice devices;
  private final int groupFeature;
  private final ScoreExchange scores;
  private long samples;
  private Quality quality;
  private final EvaluationSample all;
  private final EvaluationSample sample;

  private long evaluatedStep = -1;

  /** Whether the last evaluation was of all samples. */
  private boolean evaluatedAll;

  Evaluator(Session session, TrainingCounters counters, MetricsFile metrics, RunListener events) {
    this.session = session;
    this.counters = counters;
    this.metrics = metrics;
    this.events = events;
    tables = new TableCounters(session.data().schema().tables());
    devices = new CountersByDevice(session.lanes().size());
    int batchSize = session.settings().batchSize();
    all = new EvaluationSample(session.data(), 0, batchSize);
    sample = new EvaluationSample(session.data(), session.settings().evalSamples(), batchSize);
    groupFeature = GroupFeature.position(session.settings().farsight(), session.data().schema());
    scores = new ScoreExchange(session.processes(), session.ranks(), groupFeature);
  }

  /**
   * Evaluates all samples; changes no weight.
   *
   * @throws FarsightException if there was no sample to evaluate
   */
  Evaluation evaluate() {
    return evaluate(all);
  }

  /** As {@link #evaluate}, on those samples that evaluations during training use. */
  Evaluation evaluateInTraining() {
    return evaluate(sample);
  }

  private Evaluation evaluate(EvaluationSample part) {
    Evaluation evaluation = run(counters.steps(), part);
    if (quality != null && metrics != null) {
      metrics.evaluation(counters.steps(), samples, quality);
    }
    return evaluation;
  }

  /**
   * Evaluates a model that is not that of the last step, on all samples. Writes no metrics.
   *
   * @param step steps that the model was trained
   */
  void evaluateRestored(long step) {
    run(step, all);
  }

  private Evaluation run(long step, EvaluationSample part) {
    events.evaluationBegun(new EvaluationBegun(step));
    var meter = ProgressMeter.begin(events, "evaluating", part.samples(), "samples");
    long start = System.nanoTime();
    var schema = session.data().schema();
    // A run that only evaluates leaves the logits of its samples.
    var evaluation =
        new Evaluation(schema.labelled(), schema.truth(), metrics == null, groupFeature);
    try (BatchSource source = part.open(session.ranks())) {
      session
          .pipeline()
          .run(new EvaluationPhase(source, evaluation, scores, cache, tables, devices, meter));
      devices.endPhase(session.pipeline().timesByRank());
      counters.addFaults(DataFaults.of(source));
    }
    meter.end();
    samples = evaluation.samples();
    if (samples == 0 && !session.pipeline().stopped()) {
      throw new FarsightException(
          "nothing was evaluated: the evaluation part of the data has no valid sample; check "
              + SplitSetting.ofEvaluation(session.settings().farsight().section("data"))
              + " and data.on-bad-row");
    }
    evaluatedStep = session.pipeline().stopped() ? -1 : step;
    evaluatedAll = part.isAll();
    quality = evaluation.quality();
    LOG.info("after step {}: {} samples evaluated, {}", step, samples, quality);
    events.evaluationEnded(
        new EvaluationEnded(
            step,
            samples,
            Optional.ofNullable(quality),
            Duration.ofNanos(System.nanoTime() - start)));
    return evaluation;
  }

  /** Whether the last evaluation was after the current step, of all samples. */
  boolean isUpToDate() {
    return evaluatedStep == counters.steps() && evaluatedAll;
  }

  /**
   * Samples of an evaluation during training, malformed ones included; 0 if there are no such
   * evaluations.
   */
  public long samplesInTraining() {
    boolean any = metrics != null && session.settings().evalEvery().any();
    return any ? sample.samples() : 0;
  }

  /** The step after which the last evaluation was; -1 if there was none, or if it was stopped. */
  public long evaluatedStep() {
    return evaluatedStep;
  }

  /** Samples of the last evaluation. */
  public long samples() {
    return samples;
  }

  /** The last evaluation's result; null if there was none, or if the data has no labels. */
  public Quality quality() {
    return quality;
  }

  /** Counters of all evaluations. */
  public CacheCounters cache() {
    return cache;
  }

  /** As {@link #cache}, by table. */
  public TableCounters tables() {
    return tables;
  }

  /** As {@link #cache}, by device. */
  public CountersByDevice devices() {
    return devices;
  }
}
