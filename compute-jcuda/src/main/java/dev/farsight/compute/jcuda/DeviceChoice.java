package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which GPUs a run trains on, {@code compute.jcuda.devices}: one rank each, in this order.
 *
 * @param ordinals as the driver counts them; empty for all that it sees
 */
record DeviceChoice(List<Integer> ordinals) {

  private static final String KEY = "devices";
  private static final String ALL = "all";
  private static final int MOST_DEVICES = 64;

  DeviceChoice {
    ordinals = List.copyOf(ordinals);
  }

  static DeviceChoice of(Settings own) {
    if (own.strings(KEY).equals(List.of(ALL))) {
      return new DeviceChoice(List.of());
    }
    if (own.strings(KEY).contains(ALL)) {
      throw own.bad(KEY, "is neither a list of devices nor \"all\"");
    }
    List<Integer> ordinals = Arrays.stream(own.integers(KEY, 0, MOST_DEVICES - 1)).boxed().toList();
    if (ordinals.isEmpty()) {
      throw own.bad(KEY, "names no device");
    }
    if (ordinals.stream().distinct().count() < ordinals.size()) {
      throw own.bad(KEY, "names a device twice; each rank needs a GPU of its own");
    }
    return new DeviceChoice(ordinals);
  }

  /** How many devices that is. Asks the driver only if it has to. */
  int count(InstalledGpu.Queries driver) {
    return ordinals.isEmpty() ? Math.max(1, InstalledGpu.count(driver)) : ordinals.size();
  }

  /** The devices, without a check. */
  List<Integer> listed(InstalledGpu.Queries driver) {
    return ordinals.isEmpty()
        ? IntStream.range(0, InstalledGpu.count(driver)).boxed().toList()
        : ordinals;
  }

  /** The devices, after a check that they are there and can train together. */
  List<Integer> resolve(InstalledGpu.Queries driver) {
    int count = InstalledGpu.count(driver);
    List<Integer> chosen = listed(driver);
    for (int ordinal : chosen) {
      if (ordinal >= count) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "compute.jcuda.devices: there is no device %d; the driver sees %s; see nvidia-smi and CUDA_VISIBLE_DEVICES",
                ordinal,
                list(driver, IntStream.range(0, count).boxed().toList())));
      }
    }
    if (chosen.stream().map(driver::name).distinct().count() > 1) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "compute.jcuda.devices: %s are of different kinds, so copies of the same parameters would round differently; name devices of one kind",
              list(driver, chosen)));
    }
    return chosen;
  }

  private static String list(InstalledGpu.Queries driver, List<Integer> ordinals) {
    List<String> named = new ArrayList<>();
    for (int ordinal : ordinals) {
      named.add(ordinal + " (" + driver.name(ordinal) + ")");
    }
    return named.isEmpty() ? "no GPU" : String.join(", ", named);
  }
}
