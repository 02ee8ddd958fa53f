package dev.farsight.engine.run;

import dev.farsight.engine.checkpoint.DevicesProgress;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.pipeline.StepResults;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What each device of a run has counted. A run that is resumed on another number of devices begins
 * anew. Not thread-safe.
 */
public final class CountersByDevice {

  private List<DeviceCounters> devices;
  private long sinceStep;

  CountersByDevice(int devices) {
    this.devices = Stream.generate(DeviceCounters::new).limit(devices).toList();
  }

  /**
   * Continues from the counts of a checkpoint, if it had as many devices.
   *
   * @param step the checkpoint's
   */
  void resume(DevicesProgress progress, long step) {
    if (progress.devices().size() == devices.size()) {
      sinceStep = progress.sinceStep();
      devices = progress.devices().stream().map(DeviceCounters::of).toList();
    } else {
      sinceStep = step;
    }
  }

  DevicesProgress progress() {
    return new DevicesProgress(sinceStep, devices.stream().map(DeviceCounters::progress).toList());
  }

  /**
   * Adds a batch.
   *
   * @param gradients whether gradients of rows are exchanged
   */
  void add(StepResults results, boolean gradients) {
    for (int rank = 0; rank < results.ranks(); rank++) {
      devices.get(rank).add(results, rank, gradients);
    }
  }

  /**
   * @param times by rank
   */
  void endPhase(List<StageTimes> times) {
    IntStream.range(0, devices.size()).forEach(rank -> devices.get(rank).endPhase(times.get(rank)));
  }

  /** Lookups, by all ranks, of the rows of these devices. */
  long lookups() {
    return devices.stream().mapToLong(device -> device.cache().lookups()).sum();
  }

  /** How many of them hit. */
  long hits() {
    return devices.stream().mapToLong(device -> device.cache().hits()).sum();
  }

  /** By rank. */
  public List<DeviceCounters> devices() {
    return devices;
  }

  /** Steps trained before the first that was counted. */
  public long sinceStep() {
    return sinceStep;
  }
}
