package dev.farsight.api.compute;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.Settings;
import java.util.List;

/** Opens devices of one kind, which {@code compute.backend} chooses by name. */
public interface ComputeFactory {

  /**
   * The name in the configuration: {@code compute.backend = NAME}. The backend's own settings are
   * at {@code farsight.compute.NAME}.
   */
  String name();

  /**
   * Checks the settings of the backend's own section that can be checked by themselves. Called
   * before data is opened, so that a wrong setting is told at once; opens nothing. What depends on
   * data or device is left to {@link #open}, which reads the same settings.
   *
   * @param own the section {@code farsight.compute.NAME}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(Settings own) {}

  /** Whether the backend can run on this host. Opens nothing, throws nothing. */
  Availability probe();

  /**
   * How many devices a run trains on: one rank each. Each is {@linkplain #open opened} by itself.
   * May ask the host how many devices it has.
   *
   * @param own the section {@code farsight.compute.NAME}
   */
  default int devices(Settings own) {
    return 1;
  }

  /**
   * Whether several devices may divide rows by {@linkplain ExchangeShape#columns columns}. A
   * backend that does not say so is never given such an exchange.
   */
  default boolean dividesColumns() {
    return false;
  }

  /**
   * Whether several devices may exchange {@linkplain SummedBags sums of bags} instead of rows. A
   * backend that does not say so is never given such an exchange.
   */
  default boolean exchangesSums() {
    return false;
  }

  /**
   * Whether a plan may choose sums of bags by itself. If not, only the settings can ask for them.
   */
  default boolean prefersSums() {
    return exchangesSums();
  }

  /**
   * What each of several devices is expected to reach. The rows of a run are divided over its
   * devices by these numbers. Opens nothing.
   *
   * @param own the section {@code farsight.compute.NAME}
   */
  default DeviceRates rates(Settings own) {
    return usesHostMemory() ? DeviceRates.CPU : DeviceRates.PCIE;
  }

  /**
   * The memory that slots, rings and steps of these shapes will take on one device. All counts are
   * rows.
   */
  MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows);

  /**
   * Keys of the backend's own section that change what is computed, such as a precision. A run is
   * resumed only with the same values.
   */
  default List<String> arithmetic() {
    return List.of();
  }

  /** Whether the device memory is host memory, as on a CPU. */
  default boolean usesHostMemory() {
    return false;
  }

  /**
   * Opens a device.
   *
   * @throws dev.farsight.api.FarsightException if the backend cannot run on this host, with the
   *     reason that {@link #probe} gives
   */
  ComputeBackend open(ComputeContext context);

  /**
   * Whether a backend or a store can run on this host.
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
