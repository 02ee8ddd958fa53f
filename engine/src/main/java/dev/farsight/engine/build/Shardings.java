package dev.farsight.engine.build;

import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.data.ShuffleSetting;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.HostShare;
import dev.farsight.engine.settings.RowFormats;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import dev.farsight.engine.sharding.PlanFile;
import dev.farsight.engine.sharding.ShardingPlan;
import dev.farsight.engine.sharding.StepModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how the rows of a run are divided over its devices. A run that goes on with as many
 * devices keeps its plan; otherwise that of {@code sharding.plan} is followed; otherwise one is
 * made, from what is known of the data.
 */
public final class Shardings {

  private static final Logger LOG = LoggerFactory.getLogger(Shardings.class);

  /** Steps whose lookups are read. */
  private static final int SAMPLED_STEPS = 4;

  private final EngineSettings settings;
  private final Components components;
  private final BatchSchema schema;
  private final ShardingSettings wanted;
  private final int devices;
  private final ColumnCheck columns;
  private final SumCheck sums;

  private Shardings(EngineSettings settings, Components components, BatchSchema schema) {
    this.settings = settings;
    this.components = components;
    this.schema = schema;
    wanted = ShardingSettings.of(settings.farsight());
    devices = ranks(settings, components);
    requireTables();
    columns = new ColumnCheck(settings, compute(), schema.tables(), devices);
    columns.requireWanted(wanted);
    sums = new SumCheck(settings, compute(), schema, devices);
    sums.requireWanted(wanted);
    requireDivisible(settings, devices);
  }

  /**
   * The plan of a run.
   *
   * @param recorded the plan of the checkpoint that the run continues from; empty if there is none
   * @param events is told if that plan is not followed
   */
  public static ShardingPlan of(
      EngineSettings settings,
      Components components,
      RunData data,
      Optional<ShardingPlan> recorded,
      RunListener events) {
    var shardings = new Shardings(settings, components, data.schema());
    return shardings
        .kept(recorded, events)
        .orElseGet(() -> shardings.plan(() -> shardings.measured(data)));
  }

  /** How many devices a run trains on, in all processes. */
  static int ranks(EngineSettings settings, Components components) {
    return settings.processes() * devices(settings, components);
  }

  /** How many devices each process has. */
  static int devices(EngineSettings settings, Components components) {
    return HostShare.of(settings.farsight())
        .devices(
            devicesOfHost(settings, components), components.compute(settings.farsight()).name());
  }

  /** The first device of a process, of those that the settings name. */
  static int firstDevice(EngineSettings settings, Components components, int process) {
    return HostShare.of(settings.farsight())
        .firstDevice(process, devicesOfHost(settings, components), devices(settings, components));
  }

  /** How many devices the settings name, for all processes of a host. */
  private static int devicesOfHost(EngineSettings settings, Components components) {
    ComputeFactory factory = components.compute(settings.farsight());
    return factory.devices(settings.farsight().section("compute").section(factory.name()));
  }

  /** Requires that each rank has an equal part of each batch. */
  static void requireDivisible(EngineSettings settings, int ranks) {
    if (settings.batchSize() % ranks != 0) {
      throw settings
          .farsight()
          .section("data")
          .bad(
              "batch-size",
              "is not a multiple of "
                  + ranks
                  + ", the number of devices: each of them has an equal part of each batch");
    }
  }

  /** The plan of a run on data of which only the layout is known. */
  public static ShardingPlan of(
      EngineSettings settings, Components components, BatchSchema schema) {
    var shardings = new Shardings(settings, components, schema);
    return shardings.plan(shardings::atMost);
  }

  private ShardingPlan plan(Supplier<RowLoads> loads) {
    if (devices == 1) {
      return ShardingPlan.ofOneDevice(schema.tables());
    }
    return wanted.plan().isPresent() ? read() : make(loads.get());
  }

  /** The recorded plan, if it fits and the settings do not ask for another one. */
  private Optional<ShardingPlan> kept(Optional<ShardingPlan> recorded, RunListener events) {
    Optional<String> difference =
        recorded.flatMap(
            plan ->
                plan.differenceTo(devices, schema.tables())
                    .or(() -> plan.differenceTo(wanted))
                    .or(() -> sums.difference(plan.sharding())));
    difference.ifPresent(
        reason -> {
          String line = "dividing the tables anew: the plan in the checkpoint " + reason;
          events.phase(line);
          LOG.info("{}", line);
        });
    return difference.isPresent() ? Optional.empty() : recorded;
  }

  private ShardingPlan read() {
    ShardingPlan plan = PlanFile.read(wanted.plan().orElseThrow());
    plan.differenceTo(devices, schema.tables())
        .or(() -> plan.differenceTo(wanted))
        .ifPresent(
            difference -> {
              throw sharding().bad("plan", difference + "; leave it out, to plan anew");
            });
    if (plan.sharding().columns()) {
      columns.requirePossible(sharding(), "plan");
    }
    sums.difference(plan.sharding())
        .ifPresent(
            difference -> {
              throw sharding().bad("plan", difference + "; leave it out, to plan anew");
            });
    return plan;
  }

  private ShardingPlan make(RowLoads loads) {
    StepModel model =
        StepModel.of(
            devices,
            RowFormats.of(settings.farsight()),
            resident(),
            wanted.deviceMemory().orElse(StepModel.UNLIMITED),
            rates());
    List<Choice> choices =
        schema.tables().tables().stream().map(table -> wanted.of(table.name())).toList();
    List<ExchangeChoice> exchanges = sums.choices(wanted);
    return ShardingPlan.of(model, loads.measured(), loads.tables(), choices, exchanges);
  }

  private DeviceRates rates() {
    DeviceRates rates = compute().rates(ownOfCompute());
    return wanted.linkBandwidth().isPresent()
        ? rates.withLink((double) wanted.linkBandwidth().getAsLong())
        : rates;
  }

  private RowLoads measured(RunData data) {
    Settings farsight = settings.farsight();
    if (CountedRows.saved(farsight)) {
      var counts = new CountedLoads(CountedRows.read(farsight, data), schema, data.trainSamples());
      return counts.of(settings.batchSize(), devices, slots());
    }
    boolean blocks = ShuffleSetting.blockSamples(farsight.section("data")) > ShuffleSetting.NONE;
    if (blocks || data.needsPreparation()) {
      // Reading the first step would take long.
      return atMost();
    }
    var parts = FirstBatches.of(data, settings.batchSize() / devices, SAMPLED_STEPS * devices);
    return parts.rows().size() < devices
        ? atMost()
        : RowLoads.of(parts, schema, devices, resident());
  }

  private RowLoads atMost() {
    return RowLoads.atMost(schema, settings.batchSize(), devices, resident());
  }

  private long slots() {
    return CacheChoice.of(settings, schema).slots();
  }

  private boolean resident() {
    TableSet tables = schema.tables();
    Settings cache = settings.farsight().section("cache");
    return slots() == tables.rows()
        && TableSlots.of(cache, tables, RowFormats.of(settings.farsight())).isEmpty();
  }

  private ComputeFactory compute() {
    return components.compute(settings.farsight());
  }

  private Settings ownOfCompute() {
    return settings.farsight().section("compute").section(compute().name());
  }

  private Settings sharding() {
    return settings.farsight().section("sharding");
  }

  private void requireTables() {
    requireTables("tables", wanted.tables().keySet());
    requireTables("exchanges", wanted.exchanges().keySet());
  }

  private void requireTables(String section, Set<String> names) {
    Settings named = sharding().section(section);
    for (String name : names) {
      if (schema.tables().find(name) < 0) {
        throw TableNames.unknown(named, name, name, schema.tables());
      }
    }
  }
}
