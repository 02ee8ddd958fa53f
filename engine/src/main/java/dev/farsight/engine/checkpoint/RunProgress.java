package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.DataFaults;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.CpuTimes;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.settings.EarlyStopping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The progress of a run, and its counters so far.
 *
 * @param steps steps trained
 * @param epoch the current epoch, from 0
 * @param samplesInEpoch samples trained in the current epoch
 * @param samples samples trained in all epochs
 * @param rowsDrawn when all rows were drawn last
 * @param faults what earlier epochs left out of the data
 * @param seconds seconds spent training
 * @param firstEpochSeconds seconds spent training in the first epoch, once it is over
 * @param stages working time of each stage
 * @param cpu CPU time of each stage
 * @param counters the cache's counters, see {@link CacheCounters#values}
 * @param tableCounters the cache's counters by table, see {@link TableCounters#values}
 * @param devices the counters of each device
 * @param metricsBytes length of {@code metrics.jsonl}; -1 if unknown
 * @param best the best evaluation so far, for early stopping
 * @param evaluationsSinceBest number of evaluations since the best one
 * @param optimizer how far the optimizers have come
 */
public record RunProgress(
    long steps,
    int epoch,
    long samplesInEpoch,
    long samples,
    RowsDrawn rowsDrawn,
    DataFaults faults,
    double seconds,
    double firstEpochSeconds,
    StageTimes stages,
    CpuTimes cpu,
    List<Long> counters,
    List<Long> tableCounters,
    DevicesProgress devices,
    long metricsBytes,
    EarlyStopping.Best best,
    int evaluationsSinceBest,
    OptimizerProgress optimizer) {

  private static final String CPU = "cpu_seconds";

  /**
   * When all rows were drawn last: at the start of the run, or of a later epoch.
   *
   * @param epoch the epoch that began with it
   * @param step steps trained before it
   */
  public record RowsDrawn(int epoch, long step) {

    public static final RowsDrawn AT_START = new RowsDrawn(0, 0);
  }

  /** The same, with nothing counted by device. */
  RunProgress withoutDevices() {
    return counted(counters, tableCounters, metricsBytes);
  }

  /** The same place in training, with nothing counted. */
  RunProgress withoutCounts() {
    return counted(zeros(counters), zeros(tableCounters), -1);
  }

  private static List<Long> zeros(List<Long> counts) {
    return counts.stream().map(count -> 0L).toList();
  }

  /** With nothing counted by device. */
  private RunProgress counted(List<Long> cache, List<Long> tables, long bytesOfMetrics) {
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
        cache,
        tables,
        new DevicesProgress(steps, List.of()),
        bytesOfMetrics,
        best,
        evaluationsSinceBest,
        optimizer);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("steps", steps);
    json.put("epoch", epoch);
    json.put("samples_in_epoch", samplesInEpoch);
    json.put("samples", samples);
    json.put("rows_drawn_epoch", rowsDrawn.epoch());
    json.put("rows_drawn_step", rowsDrawn.step());
    json.put("bad_rows", faults.badRows());
    json.put("truncated_bags", faults.truncatedBags());
    json.put("seconds", seconds);
    json.put("first_epoch_seconds", firstEpochSeconds);
    json.put("stages", stages.values());
    json.put(CPU, cpu.values());
    json.put("cache_counters", counters);
    json.put("table_counters", tableCounters);
    json.put(DevicesProgress.KEY, devices.json());
    json.put("metrics_bytes", metricsBytes);
    json.put("best_evaluation", best.score() == Double.NEGATIVE_INFINITY ? null : best.score());
    json.put("best_evaluation_step", best.step() < 0 ? null : best.step());
    json.put("evaluations_without_better", evaluationsSinceBest);
    json.put("optimizer", optimizer.json());
    return json;
  }

  static RunProgress of(Config json) {
    return new RunProgress(
        json.getLong("steps"),
        json.getInt("epoch"),
        json.getLong("samples_in_epoch"),
        json.getLong("samples"),
        rowsDrawnOf(json),
        new DataFaults(
            json.getLong("bad_rows"),
            json.hasPath("truncated_bags") ? json.getLong("truncated_bags") : 0),
        json.getDouble("seconds"),
        json.getDouble("first_epoch_seconds"),
        StageTimes.of(json.getDoubleList("stages")),
        json.hasPath(CPU) ? CpuTimes.of(json.getDoubleList(CPU)) : CpuTimes.ZERO,
        json.getLongList("cache_counters"),
        json.getLongList("table_counters"),
        DevicesProgress.of(json),
        json.hasPath("metrics_bytes") ? json.getLong("metrics_bytes") : -1,
        bestOf(json),
        json.getInt("evaluations_without_better"),
        OptimizerProgress.of(json, json.getLong("steps")));
  }

  /** Earlier checkpoints are of runs that drew them once. */
  private static RowsDrawn rowsDrawnOf(Config json) {
    return json.hasPath("rows_drawn_step")
        ? new RowsDrawn(json.getInt("rows_drawn_epoch"), json.getLong("rows_drawn_step"))
        : RowsDrawn.AT_START;
  }

  /** Checkpoints of 0.1 have the score without its step. */
  private static EarlyStopping.Best bestOf(Config json) {
    return new EarlyStopping.Best(
        json.hasPath("best_evaluation_step") ? json.getLong("best_evaluation_step") : -1,
        json.hasPath("best_evaluation")
            ? json.getDouble("best_evaluation")
            : Double.NEGATIVE_INFINITY);
  }
}
