package dev.farsight.engine;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.run.CurrentRates;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.TrainingRun;
import java.util.LinkedHashMap;
import java.util.Map;

/** The report's sections about rows, dense parameters and how they were updated. */
final class ParameterSections {

  private ParameterSections() {}

  static Map<String, Object> optimizer(Session session, TrainingRun run) {
    OptimizerSpec spec = session.settings().optimizer();
    OptimizerUpdates updates = run.trained().updates();
    CurrentRates rates = run.rates();
    long lastStep = Math.max(0, run.counters().steps() - 1);
    Map<String, Object> section = new LinkedHashMap<>();
    section.put(
        "rows",
        part(spec.rows(), updates.rows(), rates.rows(lastStep), rates.rowState().reductions()));
    section.put(
        "dense",
        part(
            spec.dense(), updates.dense(), rates.dense(lastStep), rates.denseState().reductions()));
    section.put("freeze_rows", spec.freezeRows());
    return section;
  }

  private static Map<String, Object> part(
      UpdateRule rule, long updates, float lastRate, int reductions) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", rule.configName());
    part.put("updates", updates);
    part.put("last_learning_rate", (double) lastRate);
    part.put("plateau_reductions", reductions);
    return part;
  }

  static Map<String, Object> rows(RowFormat format, long slots, AllFigures all) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("precision", format.precision().configName());
    section.put("row_bytes", format.bytes());
    section.put("weight_bytes", (long) format.dim() * format.precision().bytes());
    section.put("device_bytes", slots * format.bytes());
    section.put("ring_bytes", all.ringBytes());
    section.put("store_bytes", all.storeBytes());
    section.put("saturated_weights", all.saturatedWeights());
    return section;
  }
}
