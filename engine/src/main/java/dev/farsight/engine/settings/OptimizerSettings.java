package dev.farsight.engine.settings;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.config.Settings;
import java.util.List;

/** Reads the section {@code optimizer}. */
public final class OptimizerSettings {

  private OptimizerSettings() {}

  /** The rules for rows and dense parameters. */
  public static OptimizerSpec of(Settings optimizer) {
    boolean sgd = optimizer.choice("type", List.of("sgd", "rowwise-adagrad")).equals("sgd");
    float eps = (float) optimizer.number("eps", 0, 1);
    UpdateRule rule = sgd ? UpdateRule.sgd() : new UpdateRule.RowwiseAdagrad(eps, 0, 0);
    return new OptimizerSpec(rule, rule, optimizer.bool("freeze-rows"));
  }
}
