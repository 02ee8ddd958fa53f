package dev.farsight.api.compute;

/**
 * What one of several devices is expected to reach, in bytes a second. Told before a device is
 * opened, so these are usual numbers of its kind rather than measured ones.
 *
 * @param link what a device sends to the other devices, and receives from them at the same time
 * @param memory what it reads and writes in its own memory
 * @param host rows that it fetches from the host, and at the same time writes back
 */
public record DeviceRates(double link, double memory, double host) {

  /** Ranks of a CPU, which copy within the memory of the host. */
  public static final DeviceRates CPU = new DeviceRates(4e9, 20e9, 4e9);

  /** GPUs in slots of PCI Express 5. */
  public static final DeviceRates PCIE = new DeviceRates(50e9, 2e12, 25e9);

  public DeviceRates {
    if (!(link > 0 && memory > 0 && host > 0)) {
      throw new IllegalArgumentException(
          "rates of " + link + ", " + memory + " and " + host + " bytes a second");
    }
  }

  /** The same with another link. */
  public DeviceRates withLink(double bytesPerSecond) {
    return new DeviceRates(bytesPerSecond, memory, host);
  }
}
