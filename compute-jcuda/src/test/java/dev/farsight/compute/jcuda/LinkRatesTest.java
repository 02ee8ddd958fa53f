package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DeviceRates;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkRatesTest {

  /**
   * A driver that sees three GPUs.
   *
   * @param itsCapability of each
   * @param apart GPUs that do not reach the others, nor are reached
   * @param unlinked GPUs that others reach over PCI Express alone
   */
  private record Driver(int itsCapability, Set<Integer> apart, Set<Integer> unlinked)
      implements InstalledGpu.Queries {

    @Override
    public int init() {
      return 0;
    }

    @Override
    public int count(int[] into) {
      into[0] = 3;
      return 0;
    }

    @Override
    public String name(int gpu) {
      return "NVIDIA Test";
    }

    @Override
    public int capability(int gpu) {
      return itsCapability;
    }

    @Override
    public boolean reaches(int gpu, int other) {
      return !apart.contains(gpu) && !apart.contains(other);
    }

    @Override
    public boolean reachesAtomically(int gpu, int other) {
      return reaches(gpu, other) && !unlinked.contains(gpu) && !unlinked.contains(other);
    }
  }

  private static double link(Driver driver, Integer... gpus) {
    return JcudaFactory.rates(new DeviceChoice(List.of(gpus)), driver).link();
  }

  @ParameterizedTest
  @CsvSource({"90, 300e9, 50e9", "100, 300e9, 50e9", "80, 200e9, 25e9", "86, 35e9, 25e9"})
  void aLinkIsThatOfItsGeneration(int capability, double nvlink, double pcie) {
    assertThat(link(new Driver(capability, Set.of(), Set.of()), 0, 2)).isEqualTo(nvlink);
    assertThat(link(new Driver(capability, Set.of(), Set.of(0, 1, 2)), 0, 2)).isEqualTo(pcie);
    assertThat(link(new Driver(capability, Set.of(0, 1, 2), Set.of()), 0, 2))
        .isEqualTo(DeviceRates.CPU.link());
  }

  @Test
  void theSlowestLinkCounts() {
    var driver = new Driver(90, Set.of(), Set.of(2));
    assertThat(link(driver, 0, 1)).isEqualTo(300e9);
    assertThat(link(driver)).as("all").isEqualTo(50e9);
    assertThat(link(driver, 2, 1)).isEqualTo(50e9);
    assertThat(link(new Driver(90, Set.of(0), Set.of(2)))).isEqualTo(DeviceRates.CPU.link());
  }

  @Test
  void oneGpuAndThoseThatAreNotThereHaveTheUsualRates() {
    var driver = new Driver(90, Set.of(), Set.of());
    assertThat(JcudaFactory.rates(new DeviceChoice(List.of(1)), driver))
        .isEqualTo(DeviceRates.PCIE);
    assertThat(JcudaFactory.rates(new DeviceChoice(List.of(0, 3)), driver))
        .isEqualTo(DeviceRates.PCIE);
    assertThat(JcudaFactory.rates(new DeviceChoice(List.of(0, 1)), driver).memory())
        .isEqualTo(DeviceRates.PCIE.memory());
  }
}
