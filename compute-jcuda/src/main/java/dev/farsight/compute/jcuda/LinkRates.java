package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.DeviceRates;
import java.util.List;

/**
 * What GPUs are expected to send each other, from what the driver says of the ways between them.
 * The slowest way counts. GPUs are not opened.
 *
 * <p>The driver does not tell how fast a link is. But atomic operations on the memory of another
 * GPU work over NVLink and not over PCI Express, and the capability tells the generation. The
 * numbers are about two thirds of what a link carries by its name, as copies and kernels reach it:
 * H100 and H200 have 450 GB/s in each direction, A100 300, the bridges of Turing and of smaller
 * GPUs 50.
 */
final class LinkRates {

  private static final double NVLINK_HOPPER = 300e9;
  private static final double NVLINK_AMPERE = 200e9;
  private static final double NVLINK_BRIDGE = 35e9;
  private static final double PCIE_4 = 25e9;

  private static final int HOPPER = 90;
  private static final int A100 = 80;

  private LinkRates() {}

  /** The rates of GPUs that train together. */
  static DeviceRates of(List<Integer> gpus, InstalledGpu.Queries driver) {
    double slowest = Double.POSITIVE_INFINITY;
    for (int from : gpus) {
      for (int to : gpus) {
        if (from != to) {
          slowest = Math.min(slowest, link(driver, from, to));
        }
      }
    }
    return Double.isInfinite(slowest) ? DeviceRates.PCIE : DeviceRates.PCIE.withLink(slowest);
  }

  private static double link(InstalledGpu.Queries driver, int from, int to) {
    if (!driver.reaches(from, to)) {
      // Through host memory, where the ranks' threads copy.
      return DeviceRates.CPU.link();
    }
    int capability = driver.capability(from);
    if (!driver.reachesAtomically(from, to)) {
      return capability >= HOPPER ? DeviceRates.PCIE.link() : PCIE_4;
    }
    if (capability >= HOPPER) {
      return NVLINK_HOPPER;
    }
    return capability == A100 ? NVLINK_AMPERE : NVLINK_BRIDGE;
  }
}
