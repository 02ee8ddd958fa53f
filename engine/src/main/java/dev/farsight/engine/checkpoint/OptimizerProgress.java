package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.settings.Plateau;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the optimizers of a run have come, beside the state of their parameters.
 *
 * @param updates that their state has seen
 * @param saturatedWeights how often a weight of 16 bits was beyond the largest number
 * @param rows the evaluations as the learning rate of rows has counted them
 * @param dense as {@code rows}, for dense parameters
 */
public record OptimizerProgress(
    OptimizerUpdates updates, long saturatedWeights, Plateau.State rows, Plateau.State dense) {

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("updates", updates.json());
    json.put("saturated_weights", saturatedWeights);
    json.put("row_plateau", json(rows));
    json.put("dense_plateau", json(dense));
    return json;
  }

  private static Map<String, Object> json(Plateau.State state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step", state.step());
    json.put("best", state.bestScore() == Double.NEGATIVE_INFINITY ? null : state.bestScore());
    json.put("evaluations_without_better", state.evaluationsSinceBest());
    json.put("reductions", state.reductions());
    return json;
  }

  /**
   * Reads the progress of a run. Earlier versions had no key of it: their optimizers had updated
   * both parts at every step.
   */
  static OptimizerProgress of(Config progress, long steps) {
    if (!progress.hasPath("optimizer")) {
      return new OptimizerProgress(
          new OptimizerUpdates(steps, steps), 0, Plateau.State.START, Plateau.State.START);
    }
    Config json = progress.getConfig("optimizer");
    return new OptimizerProgress(
        OptimizerUpdates.of(json.getConfig("updates")),
        json.getLong("saturated_weights"),
        state(json.getConfig("row_plateau")),
        state(json.getConfig("dense_plateau")));
  }

  private static Plateau.State state(Config json) {
    return new Plateau.State(
        json.getLong("step"),
        json.hasPath("best") ? json.getDouble("best") : Double.NEGATIVE_INFINITY,
        json.getInt("evaluations_without_better"),
        json.getInt("reductions"));
  }
}
