package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.settings.ShardingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The same run with more or fewer processes. */
final class RunSizes {

  private final FarsightConfig config;

  RunSizes(FarsightConfig config) {
    this.config = config;
  }

  /** What is set for a number of processes, over what the user says. */
  List<String> overrides(int processes) {
    List<String> overrides = new ArrayList<>();
    overrides.add("sharding.processes=" + processes);
    String collective =
        config.early(RunSizes.class.getClassLoader()).section("sharding").string("collective");
    if (collective.equals("threads")) {
      overrides.add("sharding.collective=sockets");
    }
    return overrides;
  }

  /**
   * The section {@code farsight} of so many processes.
   *
   * @throws ConfigException if a setting is wrong: rather here than by an executor
   */
  Settings farsight(int processes) {
    try (Plugins plugins = Plugins.load(RunSizes.class.getClassLoader())) {
      var farsight =
          Settings.of("farsight", config.set(overrides(processes)).resolve(plugins.loaders()));
      SettingsCheck.of(farsight, plugins.components());
      return farsight;
    }
  }

  /** {@code sharding.min-ranks} has to make sense. */
  void requireFewest(Settings farsight, int processes) {
    OptionalInt fewest = ShardingSettings.fewestProcesses(farsight);
    if (fewest.isPresent() && fewest.getAsInt() > processes) {
      throw farsight
          .section("sharding")
          .bad("min-ranks", "is more than the " + processes + " that train");
    }
  }

  /**
   * With how many processes to go on: as many as there are executors, or as many of them as divide
   * a batch evenly.
   *
   * @throws FarsightException if that is too few
   */
  int fewer(Settings farsight, MissingExecutorsException missing) {
    OptionalInt fewest = ShardingSettings.fewestProcesses(farsight);
    if (fewest.isEmpty()) {
      throw new FarsightException(
          missing.getMessage()
              + "; run it again when there are as many, and it goes on from its last checkpoint, or set sharding.min-ranks",
          missing);
    }
    FarsightException wrong = null;
    for (int size = missing.left(); size >= fewest.getAsInt(); size--) {
      try {
        farsight(size);
        return size;
      } catch (ConfigException e) {
        wrong = wrong == null ? e : wrong;
      }
    }
    throw new FarsightException(
        missing.getMessage()
            + (wrong == null
                ? "; sharding.min-ranks is " + fewest.getAsInt()
                : "; with fewer it cannot go on: " + wrong.getMessage()),
        missing);
  }
}
