package dev.farsight.engine.settings;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.config.Settings;
import java.util.List;
import java.util.Set;

/**
 * Reads the rules of the section {@code optimizer}: one for rows and one for dense parameters. A
 * constant that a rule does not use is refused in the section of that part, and not looked at in
 * the common one.
 */
public final class OptimizerSettings {

  private static final List<String> TYPES =
      List.of("sgd", "momentum", "adagrad", "rowwise-adagrad", "adam", "ftrl");

  private static final Set<String> CONSTANTS =
      Set.of(
          "weight-decay", "eps", "initial-accumulator", "momentum", "nesterov", "beta1", "beta2");

  private static final float ADAM_EPS = 1e-8f;
  private static final double LARGEST = 1e6;

  /** Below 1 also as a float. */
  private static final double MOST_OF_ONE = 0.9999999;

  private OptimizerSettings() {}

  /** The rules for rows and dense parameters. */
  public static OptimizerSpec of(Settings optimizer) {
    PartSettings rows = PartSettings.rows(optimizer);
    if (type(rows).equals("momentum")) {
      throw rows.bad(
          "type",
          "is a rule for dense parameters only; set farsight.optimizer.rows.type to one for rows: sgd, adagrad, rowwise-adagrad, adam or ftrl");
    }
    return new OptimizerSpec(
        rule(rows), rule(PartSettings.dense(optimizer)), optimizer.bool("freeze-rows"));
  }

  private static String type(PartSettings part) {
    return part.choice("type", TYPES);
  }

  private static UpdateRule rule(PartSettings part) {
    String type = type(part);
    float decay = part.real("weight-decay", 0, LARGEST);
    return switch (type) {
      case "sgd" -> {
        requireUsed(part, type);
        yield new UpdateRule.Sgd(decay);
      }
      case "momentum" -> {
        requireUsed(part, type, "momentum", "nesterov");
        yield new UpdateRule.Momentum(
            part.real("momentum", 0, MOST_OF_ONE), part.bool("nesterov"), decay);
      }
      case "adagrad" -> {
        requireUsed(part, type, "eps", "initial-accumulator");
        yield new UpdateRule.Adagrad(eps(part, UpdateRule.DEFAULT_EPS), accumulator(part), decay);
      }
      case "rowwise-adagrad" -> {
        requireUsed(part, type, "eps", "initial-accumulator");
        yield new UpdateRule.RowwiseAdagrad(
            eps(part, UpdateRule.DEFAULT_EPS), accumulator(part), decay);
      }
      case "adam" -> {
        requireUsed(part, type, "eps", "beta1", "beta2");
        yield new UpdateRule.Adam(
            part.real("beta1", 0, MOST_OF_ONE),
            part.real("beta2", 0, MOST_OF_ONE),
            eps(part, ADAM_EPS),
            decay);
      }
      default -> {
        requireUsed(part, type, "initial-accumulator");
        yield ftrl(part);
      }
    };
  }

  private static void requireUsed(PartSettings part, String type, String... constants) {
    Set<String> used = new java.util.HashSet<>(Set.of(constants));
    used.add("weight-decay");
    part.requireUsed(CONSTANTS, used, type);
    if (!type.equals("ftrl")) {
      part.section("ftrl").requireUsed(Set.of("beta", "l1", "l2"), Set.of(), type);
    }
  }

  private static float eps(PartSettings part, float byRule) {
    return part.has("eps") ? part.real("eps", 0, 1) : byRule;
  }

  private static float accumulator(PartSettings part) {
    return part.real("initial-accumulator", 0, LARGEST);
  }

  private static UpdateRule ftrl(PartSettings part) {
    if (part.number("weight-decay", 0, LARGEST) != 0) {
      throw part.bad(
          "weight-decay",
          "is not used by ftrl, whose L2 is " + part.section("ftrl").own().path() + ".l2");
    }
    PartSettings own = part.section("ftrl");
    return new UpdateRule.Ftrl(
        own.real("beta", 0, LARGEST),
        own.real("l1", 0, LARGEST),
        own.real("l2", 0, LARGEST),
        accumulator(part));
  }
}
