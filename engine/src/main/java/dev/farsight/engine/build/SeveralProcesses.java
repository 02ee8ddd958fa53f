package dev.farsight.engine.build;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.Choice;

/** What several processes cannot do together. */
public final class SeveralProcesses {

  private SeveralProcesses() {}

  /**
   * @throws ConfigException for the first setting that asks for more
   */
  public static void requirePossible(EngineSettings settings) {
    if (settings.processes() == 1) {
      return;
    }
    Settings farsight = settings.farsight();
    Settings sharding = farsight.section("sharding");
    var wanted = ShardingSettings.of(farsight);
    if (wanted.general() == Choice.COLUMN || wanted.tables().containsValue(Choice.COLUMN)) {
      throw sharding.bad("processes", "must be 1 with tables that are divided by column");
    }
    if (farsight.section("checkpoint").bool("deltas")) {
      throw sharding.bad("processes", "must be 1 with checkpoint.deltas");
    }
  }
}
