package dev.farsight.engine.model;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many updates the state of the optimizers has seen since it began. Adam corrects its moments
 * by it.
 *
 * @param rows of the optimizer of rows
 * @param dense of the optimizer of dense parameters
 */
public record OptimizerUpdates(long rows, long dense) {

  public static final OptimizerUpdates NONE = new OptimizerUpdates(0, 0);

  public OptimizerUpdates {
    if (rows < 0 || dense < 0) {
      throw new IllegalArgumentException(rows + " and " + dense + " updates; at least 0 is needed");
    }
  }

  /** The JSON of models and checkpoints. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rows", rows);
    json.put("dense", dense);
    return json;
  }

  /** Reads the result of {@link #json}. */
  public static OptimizerUpdates of(Config json) {
    return new OptimizerUpdates(json.getLong("rows"), json.getLong("dense"));
  }
}
