package dev.farsight.engine;

import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;

/** The settings that ask for the optimizers of the testkit. */
public final class OptimizerConfigs {

  private OptimizerConfigs() {}

  /** Overrides of a configuration, without learning rates. */
  public static List<String> of(TestOptimizer optimizer) {
    return switch (optimizer) {
      case SGD -> List.of("optimizer.type=sgd");
      case ROWWISE_ADAGRAD -> List.of("optimizer.type=rowwise-adagrad");
      case ADAGRAD ->
          List.of(
              "optimizer.type=adagrad",
              "optimizer.eps=0.05",
              "optimizer.rows.initial-accumulator=0.1",
              "optimizer.dense.weight-decay=0.02");
      case NESTEROV ->
          List.of(
              "optimizer.type=sgd",
              "optimizer.weight-decay=0.01",
              "optimizer.dense.type=momentum",
              "optimizer.dense.momentum=0.9",
              "optimizer.nesterov=true");
      case MOMENTUM ->
          List.of(
              "optimizer.type=momentum",
              "optimizer.momentum=0.7",
              "optimizer.rows.type=rowwise-adagrad",
              "optimizer.eps=0.05",
              "optimizer.initial-accumulator=0.1",
              "optimizer.rows.weight-decay=0.02");
      case ADAM ->
          List.of(
              "optimizer.type=adam",
              "optimizer.eps=0.05",
              "optimizer.rows.beta2=0.99",
              "optimizer.dense={ beta1 = 0.8, weight-decay = 0.01 }");
      case FTRL ->
          List.of(
              "optimizer.type=ftrl",
              "optimizer.ftrl={ l1 = 0.001, l2 = 0.02 }",
              "optimizer.rows={ initial-accumulator = 0.1, ftrl { l2 = 0.01 } }",
              "optimizer.dense.ftrl={ beta = 0.5, l1 = 0 }");
      case ADAM_DENSE ->
          List.of(
              "optimizer.type=adagrad",
              "optimizer.eps=0.05",
              "optimizer.rows.weight-decay=0.02",
              "optimizer.dense={ type = adam, beta2 = 0.99 }");
    };
  }
}
