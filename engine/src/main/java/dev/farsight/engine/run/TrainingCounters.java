package dev.farsight.engine.run;

import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.OptimizerProgress;
import dev.farsight.engine.checkpoint.RunProgress;
import dev.farsight.engine.checkpoint.RunProgress.RowsDrawn;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.DataFaults;
import dev.farsight.engine.metrics.LossDigest;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.pipeline.CpuTimes;
import dev.farsight.engine.pipeline.Pipeline;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.pipeline.StepResults;
import dev.farsight.engine.settings.EarlyStopping;
import java.util.Arrays;

/**
 * What training has counted: steps, samples, losses, times and cache counters. Written by one
 * thread at a time: by the pipeline's steps thread during a phase, otherwise by the run's thread.
 * Memory: if there are checkpoints, 4 to 8 bytes for each step since the last one.
 */
public final class TrainingCounters {

  private final TableSet tableSet;
  private final long warmUpSteps;
  private final LossDigest losses = new LossDigest();
  private CacheCounters cache = new CacheCounters();
  private TableCounters tables;
  private final CountersByDevice devices;
  private StageTimes stages = StageTimes.ZERO;
  private CpuTimes cpu = CpuTimes.ZERO;
  private long steps;
  private long samples;
  private final boolean updatesRows;
  private long rowUpdates;
  private long denseUpdates;
  private long saturatedWeights;
  private int epoch;
  private long samplesInEpoch;
  private RowsDrawn rowsDrawn = RowsDrawn.AT_START;
  private DataFaults faults = DataFaults.NONE;
  private double seconds;
  private double firstEpochSeconds;

  /** The losses since the last checkpoint; null if there are no checkpoints. */
  private float[] newLosses;

  private int newLossCount;
  private float lastLoss = Float.NaN;

  // The phase in progress.
  private long phaseStartNanos;
  private double secondsBeforePhase;

  /** The beginning of the steady part; null before. */
  private Steady steadyStart;

  /**
   * @param warmUpSteps steps before the steady part
   * @param keepLosses whether {@link #takeNewLosses} will be called
   * @param updates that the optimizer state had seen before the run
   * @param updatesRows whether steps update rows
   * @param devices how many there are
   */
  TrainingCounters(
      TableSet tableSet,
      long warmUpSteps,
      boolean keepLosses,
      OptimizerUpdates updates,
      boolean updatesRows,
      int devices) {
    rowUpdates = updates.rows();
    denseUpdates = updates.dense();
    this.updatesRows = updatesRows;
    newLosses = keepLosses ? new float[1024] : null;
    this.tableSet = tableSet;
    this.warmUpSteps = warmUpSteps;
    tables = new TableCounters(tableSet);
    this.devices = new CountersByDevice(devices);
  }

  /** Continues from the counts of a checkpoint. */
  void resume(RunProgress progress) {
    steps = progress.steps();
    epoch = progress.epoch();
    samplesInEpoch = progress.samplesInEpoch();
    samples = progress.samples();
    rowsDrawn = progress.rowsDrawn();
    faults = progress.faults();
    seconds = progress.seconds();
    firstEpochSeconds = progress.firstEpochSeconds();
    stages = progress.stages();
    cpu = progress.cpu();
    rowUpdates = progress.optimizer().updates().rows();
    denseUpdates = progress.optimizer().updates().dense();
    saturatedWeights = progress.optimizer().saturatedWeights();
    cache = CacheCounters.of(progress.counters());
    tables = TableCounters.of(tableSet, progress.tableCounters());
    devices.resume(progress.devices(), steps);
  }

  /** The counts as a checkpoint holds them. */
  RunProgress progress(EarlyStopping.Watch watch, CurrentRates rates, long metricsBytes) {
    return new RunProgress(
        steps,
        epoch,
        samplesInEpoch,
        samples,
        rowsDrawn,
        faults,
        seconds,
        firstEpochSeconds,
        stages,
        cpu,
        cache.values(),
        tables.values(),
        devices.progress(),
        metricsBytes,
        watch.best(),
        watch.evaluationsSinceBest(),
        new OptimizerProgress(updates(), saturatedWeights, rates.rowState(), rates.denseState()));
  }

  void beginPhase() {
    phaseStartNanos = System.nanoTime();
    secondsBeforePhase = seconds;
  }

  /** A phase of the pipeline has ended. */
  void endPhase(Pipeline pipeline) {
    stages = stages.plus(pipeline.times());
    cpu = cpu.plus(pipeline.cpuTimes());
    devices.endPhase(pipeline.timesByRank());
  }

  /** Counts a trained batch. */
  void add(StepResults results) {
    steps++;
    samples += results.samples();
    samplesInEpoch += results.samples();
    rowUpdates += updatesRows ? 1 : 0;
    denseUpdates++;
    saturatedWeights += results.saturated();
    addLoss(results.loss());
    BatchCounts.add(results, cache, tables);
    devices.add(results, updatesRows);
    // Time counts up to the last step. What follows, such as its write-backs, is not training.
    seconds = secondsBeforePhase + (System.nanoTime() - phaseStartNanos) / 1e9;
    if (steps == warmUpSteps) {
      steadyStart = new Steady(steps, samples, seconds, cache.copy());
    }
  }

  private void addLoss(float loss) {
    lastLoss = loss;
    losses.add(loss);
    if (newLosses != null) {
      newLosses =
          newLossCount == newLosses.length ? Arrays.copyOf(newLosses, 2 * newLossCount) : newLosses;
      newLosses[newLossCount++] = loss;
    }
  }

  /** The loss of the last step; NaN before the first. */
  float lastLoss() {
    return lastLoss;
  }

  /** The losses since the last call, or since the run was opened. */
  float[] takeNewLosses() {
    float[] taken = Arrays.copyOf(newLosses, newLossCount);
    newLossCount = 0;
    return taken;
  }

  /**
   * An epoch's source has ended, or the run has.
   *
   * @param sourceFaults what the source has left out
   */
  void endSource(DataFaults sourceFaults) {
    faults = faults.max(sourceFaults);
    firstEpochSeconds = epoch == 0 ? seconds : firstEpochSeconds;
  }

  void nextEpoch() {
    epoch++;
    samplesInEpoch = 0;
  }

  /** Whether all rows were drawn at the start of the current epoch, or of the run. */
  boolean rowsDrawnInEpoch() {
    return rowsDrawn.epoch() == epoch;
  }

  /** All rows were drawn anew, before the first step of the current epoch. */
  void drewRows() {
    rowsDrawn = new RowsDrawn(epoch, steps);
    rowUpdates = 0;
  }

  /** Adds what an evaluation has left out. */
  void addFaults(DataFaults evaluationFaults) {
    faults = faults.plus(evaluationFaults);
  }

  public long steps() {
    return steps;
  }

  public long samples() {
    return samples;
  }

  /** How many updates the optimizer state has seen. */
  public OptimizerUpdates updates() {
    return new OptimizerUpdates(rowUpdates, denseUpdates);
  }

  /** How often a stored weight of 16 bits was beyond the largest number of its precision. */
  public long saturatedWeights() {
    return saturatedWeights;
  }

  /** The current epoch, from 0. */
  int epoch() {
    return epoch;
  }

  long samplesInEpoch() {
    return samplesInEpoch;
  }

  /** What was left out of the data. */
  public DataFaults faults() {
    return faults;
  }

  /** Wall time of training, without evaluations. */
  public double seconds() {
    return seconds;
  }

  public double firstEpochSeconds() {
    return firstEpochSeconds;
  }

  public StageTimes stages() {
    return stages;
  }

  /** CPU time of the process in training, that of the runs that this one resumes included. */
  public CpuTimes cpu() {
    return cpu;
  }

  public CacheCounters cache() {
    return cache;
  }

  public TableCounters tables() {
    return tables;
  }

  /**
   * Share of lookups that hit, so far. Processes have rows that others look up: each tells what
   * became of the lookups of its own rows.
   *
   * @param results of the last step
   */
  double hitRatio(StepResults results) {
    RowExchange exchange = results.input(0).exchange();
    return exchange != null && exchange.shape().ranks() > results.ranks()
        ? (double) devices.hits() / Math.max(1, devices.lookups())
        : cache.hitRatio();
  }

  /** The same for each device. */
  public CountersByDevice devices() {
    return devices;
  }

  public LossDigest losses() {
    return losses;
  }

  /** What happened in the steady part so far; null before it. */
  public Steady steady() {
    return steadyStart == null ? null : steadyStart.until(steps, samples, seconds, cache);
  }
}
