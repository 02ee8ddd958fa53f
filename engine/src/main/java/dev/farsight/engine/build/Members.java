package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.settings.ShardingSettings;

/** Joins the processes of a run. */
public final class Members {

  /** The collective that joins processes, whatever carries the steps. */
  private static final String SOCKETS = "sockets";

  private Members() {}

  /**
   * Waits for the other processes, if there are some.
   *
   * @throws ConfigException if the settings name several, and this one has not been told where to
   *     meet them
   */
  public static Processes join(Settings farsight, Components components, ProcessPlace place) {
    int processes = ShardingSettings.processes(farsight);
    if (processes == 1) {
      return Processes.one();
    }
    if (place.rendezvous().isEmpty()) {
      throw farsight
          .section("sharding")
          .bad("processes", "needs " + processes + " processes: use `farsight train --ranks`");
    }
    if (place.number() >= processes) {
      throw new FarsightException(
          "process " + place.number() + " of a run with sharding.processes = " + processes);
    }
    return Processes.join(
        place,
        processes,
        sockets(components, farsight),
        farsight.section("sharding").section(SOCKETS),
        ShardingSettings.of(farsight).timeout());
  }

  static CollectiveFactory sockets(Components components, Settings farsight) {
    CollectiveFactory factory = components.collectives().get(SOCKETS);
    if (factory == null) {
      throw farsight
          .section("sharding")
          .bad("processes", "needs the collective sockets, which no plugin offers");
    }
    return factory;
  }
}
