package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.tier.TierSettings;
import java.nio.file.Path;

/**
 * Checks all settings that can be checked before anything is opened: those of the engine, and those
 * of every part that the configuration chooses. Opening the data may take minutes, after which a
 * wrong setting would be told too late.
 */
public final class SettingsCheck {

  private SettingsCheck() {}

  /**
   * The engine's settings, once all settings were checked.
   *
   * @param farsight the section {@code farsight}
   * @throws ConfigException for the first setting that is wrong
   */
  public static EngineSettings of(Settings farsight, Components components) {
    var settings = EngineSettings.of(farsight);
    all(settings, components);
    return settings;
  }

  /** Checks what {@link EngineSettings} does not hold. */
  static void all(EngineSettings settings, Components components) {
    Settings farsight = settings.farsight();
    components.check(farsight);
    engine(farsight);
    source(settings, components);
    Settings model = farsight.section("model");
    var type = components.model(farsight);
    type.check(model, model.section(type.name()));
    Settings cache = farsight.section("cache");
    var policy = components.policy(farsight);
    policy.check(cache.section(policy.name()));
    store(farsight, components);
    var compute = components.compute(farsight);
    compute.check(farsight.section("compute").section(compute.name()));
    sharding(settings, components);
  }

  /**
   * Requires that the chosen backend, store and collective can run on this host. Not part of the
   * check of settings, which may be for another host.
   *
   * @throws FarsightException if not
   */
  static void requireAvailable(Settings farsight, Components components) {
    var compute = components.compute(farsight);
    requireAvailable("compute.backend = " + compute.name(), compute.probe());
    var store = components.store(farsight);
    requireAvailable("storage.backend = " + store.name(), store.probe());
    int devices = compute.devices(farsight.section("compute").section(compute.name()));
    if (devices * ShardingSettings.processes(farsight) > 1) {
      var collective = components.collective(farsight);
      requireAvailable("sharding.collective = " + collective.name(), collective.probe());
    }
  }

  private static void requireAvailable(String choice, Availability availability) {
    if (!availability.available()) {
      throw new FarsightException(choice + ": " + availability.detail());
    }
  }

  /** Also if the run has one device, which needs no collective: that may change. */
  private static void sharding(EngineSettings settings, Components components) {
    Settings farsight = settings.farsight();
    ShardingSettings.of(farsight);
    if (!components.collectives().isEmpty()) {
      var collective = components.collective(farsight);
      collective.check(farsight.section("sharding").section(collective.name()));
    }
    if (components.compute(farsight).probe().available()) {
      Shardings.requireDivisible(settings, Shardings.ranks(settings, components));
    }
  }

  private static void engine(Settings farsight) {
    RowFormats.of(farsight);
    CheckpointSettings.of(farsight, Path.of(""));
    TableDraws.check(farsight.section("model"));
    TableNorms.check(farsight.section("model"));
    ShardingSettings.of(farsight);
    Settings cache = farsight.section("cache");
    if (cache.has("size")) {
      CacheSize.of(cache, "size");
    }
    CountedRows.check(cache.section("statistics"));
    Settings tables = cache.section("tables");
    for (String name : tables.config().root().keySet()) {
      if (tables.section(name).has("size")) {
        CacheSize.of(tables.section(name), "size");
      }
    }
    Settings rings = farsight.section("rings");
    for (String ring : new String[] {"in", "out"}) {
      if (rings.has(ring)) {
        rings.bytes(ring);
      }
    }
  }

  private static void source(EngineSettings settings, Components components) {
    DataContext context = Specs.dataContext(settings, components, DataUse.ofNothing(), false);
    var source = components.source(settings.farsight());
    RunData.check(source, context.data());
    source.check(context);
  }

  private static void store(Settings farsight, Components components) {
    Settings storage = farsight.section("storage");
    var store = components.store(farsight);
    Settings own = storage.section(store.name());
    store.check(own);
    TierSettings.check(own, farsight, components);
  }
}
