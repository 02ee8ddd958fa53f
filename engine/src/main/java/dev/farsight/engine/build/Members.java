package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.CheckpointGroup;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.Joining;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.settings.ShardingSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

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
    if (farsight.section("sharding").string("collective").equals("threads")) {
      throw farsight
          .section("sharding")
          .bad("collective", "joins devices of one process; choose sockets for several processes");
    }
    if (place.number() >= processes) {
      throw new FarsightException(
          "process " + place.number() + " of a run with sharding.processes = " + processes);
    }
    CollectiveFactory sockets = sockets(components, farsight);
    Settings own = farsight.section("sharding").section(SOCKETS);
    Duration timeout = ShardingSettings.of(farsight).timeout();
    return Joining.of(
        () -> Processes.join(place, processes, sockets, own, timeout), place.givenUp());
  }

  /**
   * The settings of a run of one process, whatever they say: one evaluates what several trained.
   */
  public static Settings one(Settings farsight) {
    Settings sharding =
        farsight.section("sharding").with(Map.of("processes", 1, "processes-per-host", 1));
    return farsight.with(Map.of("sharding", sharding.config().root()));
  }

  /** Connects the processes for the checkpoints that they write beside training. */
  public static CheckpointGroup checkpoints(
      Settings farsight,
      Components components,
      Processes processes,
      Optional<RemoteRun> remote,
      Resources resources) {
    if (processes.isAlone()) {
      return new CheckpointGroup(processes, null, remote);
    }
    List<String> names =
        IntStream.range(0, processes.count()).mapToObj(number -> "process " + number).toList();
    Collective commits =
        resources.own(
            processes
                .connect(
                    sockets(components, farsight),
                    farsight.section("sharding").section(SOCKETS),
                    "checkpoints",
                    names,
                    Collections.nCopies(names.size(), OptionalInt.empty()),
                    List.of(processes.number()),
                    ShardingSettings.of(farsight).timeout())
                .get(0));
    // Some processes have more rows to write than others.
    commits.patience(Processes.PATIENCE);
    return new CheckpointGroup(processes, commits, remote);
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
