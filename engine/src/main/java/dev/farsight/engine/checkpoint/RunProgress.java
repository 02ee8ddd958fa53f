package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.StageTimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a run has come, and what it has counted on the way.
 *
 * @param steps steps trained
 * @param epoch the epoch under way, from 0
 * @param samplesInEpoch samples of it that were trained
 * @param samples samples trained in all
 * @param badRows malformed rows left out in earlier epochs
 * @param seconds time spent training
 * @param firstEpochSeconds the same for the first epoch, once that is over
 * @param stages time that each stage worked
 * @param counters what the cache did, as {@link CacheCounters#values}
 * @param tableCounters the same by table, as {@link TableCounters#values}
 * @param best the best evaluation so far, for early stopping; minus infinity before the first
 * @param withoutBetter evaluations since
 */
public record RunProgress(
    long steps,
    int epoch,
    long samplesInEpoch,
    long samples,
    long badRows,
    double seconds,
    double firstEpochSeconds,
    StageTimes stages,
    List<Long> counters,
    List<Long> tableCounters,
    double best,
    int withoutBetter) {

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("steps", steps);
    json.put("epoch", epoch);
    json.put("samples_in_epoch", samplesInEpoch);
    json.put("samples", samples);
    json.put("bad_rows", badRows);
    json.put("seconds", seconds);
    json.put("first_epoch_seconds", firstEpochSeconds);
    json.put("stages", stages.values());
    json.put("cache_counters", counters);
    json.put("table_counters", tableCounters);
    json.put("best_evaluation", best == Double.NEGATIVE_INFINITY ? null : best);
    json.put("evaluations_without_better", withoutBetter);
    return json;
  }

  static RunProgress of(Config json) {
    return new RunProgress(
        json.getLong("steps"),
        json.getInt("epoch"),
        json.getLong("samples_in_epoch"),
        json.getLong("samples"),
        json.getLong("bad_rows"),
        json.getDouble("seconds"),
        json.getDouble("first_epoch_seconds"),
        StageTimes.of(json.getDoubleList("stages")),
        json.getLongList("cache_counters"),
        json.getLongList("table_counters"),
        json.hasPath("best_evaluation")
            ? json.getDouble("best_evaluation")
            : Double.NEGATIVE_INFINITY,
        json.getInt("evaluations_without_better"));
  }
}
