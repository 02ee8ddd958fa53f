package dev.farsight.engine;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.MemoryPlan;
import dev.farsight.engine.build.Policies;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.build.Shapes;
import dev.farsight.engine.build.Shardings;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;

/** Computes an {@link Outlook}; opens nothing. */
final class OutlookBuilder {

  private OutlookBuilder() {}

  /** The sizes of a run on data of this schema. */
  static Outlook of(Settings farsight, Components components, BatchSchema schema) {
    EngineSettings settings = SettingsCheck.of(farsight, components);
    Tape tape = Specs.tape(settings, components, schema);
    var shapes = Shapes.of(settings, schema, Shardings.of(settings, components, schema));
    if (!shapes.full()) {
      Policies.checkSettings(settings, components, Integer.MAX_VALUE);
    }
    MemoryPlan.requireRoom(settings, components, shapes, DataSource.UNKNOWN, 0, 0);
    return new Outlook(
        shapes.slots(),
        shapes.full(),
        shapes.format().bytes(),
        flops(tape),
        MemoryPlan.forecast(settings, components, shapes, DataSource.UNKNOWN, 0, 0),
        CacheFit.of(settings, shapes));
  }

  /** Of the matrix products with weights: one forward, two backward, 2 operations each. */
  private static long flops(Tape tape) {
    return tape.ops().stream()
        .mapToLong(op -> op instanceof Op.Linear l ? 6L * l.input().size() * l.output().size() : 0)
        .sum();
  }
}
