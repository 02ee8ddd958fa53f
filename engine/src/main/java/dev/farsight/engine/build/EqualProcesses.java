package dev.farsight.engine.build;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.checkpoint.RunIdentity;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.process.EqualFacts;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.settings.RowFormats;
import dev.farsight.engine.sharding.ShardingPlan;

/**
 * Sees that all processes of a run train the same, before they take memory. Each step is taken by
 * all of them; with one process, none does anything.
 */
final class EqualProcesses {

  private final RunSetup setup;
  private final Processes processes;

  EqualProcesses(RunSetup setup) {
    this.setup = setup;
    processes = setup.processes();
  }

  /**
   * Before data is opened, which may take long.
   *
   * @throws dev.farsight.engine.process.AgreedException if builds, plugins or settings differ
   */
  void requireSettings() {
    if (processes.isAlone()) {
      return;
    }
    var offers = setup.components().offers();
    int devices = Shardings.devices(setup.settings(), setup.components());
    new EqualFacts()
        .add("farsight", BuildInfo.version() + " (commit " + BuildInfo.commit() + ")")
        .addAll(CommonSettings.plugins(setup.farsight(), offers))
        .addAll(CommonSettings.of(setup.farsight(), offers))
        .add("devices", Integer.toString(devices))
        .requireEqual(processes);
  }

  /**
   * @throws dev.farsight.engine.process.AgreedException if the data differs, or what a resumed run
   *     must have as it was
   */
  void requireData(RunData data) {
    if (processes.isAlone()) {
      return;
    }
    var format = RowFormats.of(setup.farsight());
    var compute = setup.components().compute(setup.farsight());
    BatchSchema schema = data.schema();
    new EqualFacts()
        .addAll(new RunIdentity(setup.farsight(), data, format, compute).values())
        .add("dense values", Integer.toString(schema.denseWidth()))
        .add("labels", Boolean.toString(schema.labelled()))
        .add("weights of samples", Boolean.toString(schema.weighted()))
        .requireEqual(processes);
  }

  /** That of process 0: others may have measured other rates. */
  ShardingPlan plan(RunData data) {
    if (!processes.isFirst()) {
      return read(processes.ofFirst(""));
    }
    ShardingPlan plan =
        Shardings.of(setup.settings(), setup.components(), data, setup.planned(), setup.events());
    if (!processes.isAlone()) {
      processes.ofFirst(
          ConfigFactory.parseMap(plan.json()).root().render(ConfigRenderOptions.concise()));
    }
    return plan;
  }

  private static ShardingPlan read(String json) {
    try {
      return ShardingPlan.of(ConfigFactory.parseString(json));
    } catch (ConfigException | IllegalArgumentException e) {
      throw new FarsightException("the plan of process 0 cannot be read: " + e.getMessage(), e);
    }
  }

  /** Waits until all have opened everything, so that none trains without another. */
  void awaitOpened() {
    if (!processes.isAlone()) {
      processes.control().barrier();
    }
  }
}
