package dev.farsight.api.collective;

import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import java.util.List;

/** Joins groups of one kind, which {@code sharding.collective} chooses by name. */
public interface CollectiveFactory {

  /**
   * The name in the configuration: {@code sharding.collective = NAME}. The collective's own
   * settings are at {@code farsight.sharding.NAME}.
   */
  String name();

  /**
   * Checks the settings of the collective's own section that can be checked by themselves. Called
   * before data is opened, so that a wrong setting is told at once; opens nothing.
   *
   * @param own the section {@code farsight.sharding.NAME}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(Settings own) {}

  /** Whether the collective can run on this host. Opens nothing, throws nothing. */
  Availability probe();

  /**
   * Joins a group with all ranks of this process. Returns once all ranks of all processes are
   * there.
   *
   * @return the ends in the order of {@link CollectiveContext#ownRanks}
   * @throws dev.farsight.api.FarsightException if the group does not come together, or the
   *     collective cannot serve such a group: ranks of several processes, for instance
   */
  List<Collective> connect(CollectiveContext context);
}
