package dev.farsight.api.compute;

import dev.farsight.api.MemoryForecast;

/** Opens a kind of device, chosen by {@code compute.backend}. */
public interface ComputeFactory {

  /**
   * The name in the configuration: {@code compute.backend = NAME}; own keys at {@code
   * farsight.compute.NAME}.
   */
  String name();

  /** Whether it can run here. Opens nothing, throws nothing. */
  Availability probe();

  /** What slots, rings and steps of these shapes will take. */
  MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows);

  /** Whether its device memory is the host's own: a CPU. */
  default boolean usesHostMemory() {
    return false;
  }

  /**
   * Opens the device.
   *
   * @throws dev.farsight.api.FarsightException if it cannot run here, with the reason {@link
   *     #probe} gives
   */
  ComputeBackend open(ComputeContext context);

  /**
   * Whether a backend can run here.
   *
   * @param available whether it can
   * @param detail one line: what was found, or what is missing and how to get it
   */
  record Availability(boolean available, String detail) {

    public static Availability yes(String detail) {
      return new Availability(true, detail);
    }

    public static Availability no(String reason) {
      return new Availability(false, reason);
    }
  }
}
