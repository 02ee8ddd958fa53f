package dev.farsight.engine.settings;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;

/**
 * The part of its host that each process of a run has. {@code sharding.processes-per-host} of them
 * are on one host, with consecutive numbers, and divide its cores and devices evenly.
 */
public final class HostShare {

  private static final String KEY = "processes-per-host";

  private final Settings sharding;
  private final int processes;

  private HostShare(Settings sharding, int processes) {
    this.sharding = sharding;
    this.processes = processes;
  }

  /**
   * @param farsight the section {@code farsight}
   * @throws ConfigException if the processes of the run do not fill hosts evenly
   */
  public static HostShare of(Settings farsight) {
    Settings sharding = farsight.section("sharding");
    int processes = sharding.integer(KEY, 1, ShardingSettings.MOST_PROCESSES);
    int all = ShardingSettings.processes(farsight);
    if (all % processes != 0) {
      throw sharding.bad(
          KEY, "does not divide sharding.processes = " + all + ": each host has as many processes");
    }
    return new HostShare(sharding, processes);
  }

  /** How many processes share a host. */
  public int processes() {
    return processes;
  }

  /** Cores of a process, at least one. */
  public int cores() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / processes);
  }

  /**
   * How many devices a process has. If the settings name one, every process has one like it for
   * itself.
   *
   * @param onHost devices that the settings name
   * @param backend what they are devices of, for the message
   * @throws ConfigException if the processes cannot divide them evenly
   */
  public int devices(int onHost, String backend) {
    if (onHost == 1) {
      return 1;
    }
    if (onHost % processes != 0) {
      throw sharding.bad(
          KEY,
          "cannot divide "
              + onHost
              + " devices of compute.backend = "
              + backend
              + " evenly: name a multiple of it, or one device that every process has");
    }
    return onHost / processes;
  }

  /**
   * The first device of a process, in the order of the settings. The others follow.
   *
   * @param process its number in the run
   * @param onHost devices that the settings name
   * @param devices of each process
   */
  public int firstDevice(int process, int onHost, int devices) {
    return onHost == 1 ? 0 : process % processes * devices;
  }
}
