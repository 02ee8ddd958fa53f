package dev.farsight.bench.peers;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules that PyTorch has too, for rows and for the dense part.
 *
 * @param everyRow whether every batch looks up every row. PyTorch's momentum and weight decay move
 *     rows that are not looked up, too
 * @param learningRate of both
 */
record RuleCase(
    String name, UpdateRule rows, UpdateRule dense, boolean everyRow, float learningRate) {

  /** A row that is looked up has a gradient other than 0, so a tiny eps will do. */
  private static final float TINY = 1e-12f;

  static List<RuleCase> all() {
    var sgd = new UpdateRule.Sgd(0);
    var adagrad = new UpdateRule.Adagrad(1e-10f, 0, 0);
    return List.of(
        new RuleCase("sgd", sgd, sgd, false, .5f),
        new RuleCase("sgd, L2", new UpdateRule.Sgd(.01f), new UpdateRule.Sgd(.1f), true, .5f),
        new RuleCase("momentum", sgd, new UpdateRule.Momentum(.9f, false, .01f), false, .1f),
        new RuleCase("nesterov", sgd, new UpdateRule.Momentum(.8f, true, .02f), false, .1f),
        new RuleCase("adagrad", adagrad, adagrad, false, .05f),
        new RuleCase(
            "adagrad from an accumulator, L2",
            new UpdateRule.Adagrad(1e-8f, .1f, .01f),
            new UpdateRule.Adagrad(1e-4f, .2f, .02f),
            true,
            .05f),
        new RuleCase(
            "adam",
            new UpdateRule.Adam(.9f, .999f, 1e-8f, 0),
            new UpdateRule.Adam(.8f, .99f, 1e-6f, 0),
            true,
            .01f),
        new RuleCase(
            "adam, L2",
            new UpdateRule.Adam(.9f, .999f, 1e-8f, .01f),
            new UpdateRule.Adam(.9f, .999f, 1e-8f, .02f),
            true,
            .01f),
        // SparseAdam does not scale eps by the correction of the second moment, Adam does.
        new RuleCase(
            "lazy adam",
            new UpdateRule.Adam(.9f, .999f, TINY, 0),
            new UpdateRule.Adam(.9f, .999f, TINY, 0),
            false,
            .01f));
  }

  OptimizerSpec optimizer() {
    return new OptimizerSpec(rows, dense, false);
  }

  /** As optimizers.py reads it. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("learning_rate", learningRate);
    json.put("every_row", everyRow);
    json.put("rows", json(rows, !everyRow));
    json.put("dense", json(dense, false));
    return json;
  }

  private static Map<String, Object> json(UpdateRule rule, boolean lazy) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", rule.configName());
    json.put("weight_decay", rule.weightDecay());
    if (rule instanceof UpdateRule.Momentum m) {
      json.put("momentum", m.momentum());
      json.put("nesterov", m.nesterov());
    } else if (rule instanceof UpdateRule.Adagrad a) {
      json.put("eps", a.eps());
      json.put("initial_accumulator", a.initialAccumulator());
    } else if (rule instanceof UpdateRule.Adam a) {
      json.put("betas", List.of(a.beta1(), a.beta2()));
      json.put("eps", a.eps());
      json.put("lazy", lazy);
    }
    return json;
  }
}
