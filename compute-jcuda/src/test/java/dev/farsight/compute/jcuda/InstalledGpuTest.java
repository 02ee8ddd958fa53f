package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstalledGpuTest {

  /** A driver that answers so. */
  private record Answers(int init, int gpus, int itsCapability) implements InstalledGpu.Queries {

    @Override
    public int count(int[] into) {
      into[0] = gpus;
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
      return false;
    }

    @Override
    public boolean reachesAtomically(int gpu, int other) {
      return false;
    }
  }

  @Test
  void aGpuIsNamedWithItsCapability() {
    var found = InstalledGpu.find(new Answers(0, 1, 90));
    assertThat(found.available()).isTrue();
    assertThat(found.detail()).isEqualTo("NVIDIA Test of compute capability 9.0");
    assertThat(InstalledGpu.find(new Answers(0, 1, 75)).available()).isTrue();
  }

  @Test
  void aDriverWithoutAGpuIsToldWithItsError() {
    for (var driver : new Answers[] {new Answers(100, 1, 90), new Answers(0, 0, 90)}) {
      var found = InstalledGpu.find(driver);
      assertThat(found.available()).isFalse();
      assertThat(found.detail())
          .contains("sees no GPU (error " + driver.init() + ")", "CUDA_VISIBLE_DEVICES");
    }
  }

  @Test
  void aGpuThatIsTooOldIsToldWithWhatToUse() {
    var found = InstalledGpu.find(new Answers(0, 1, 61));
    assertThat(found.available()).isFalse();
    assertThat(found.detail())
        .isEqualTo(
            "NVIDIA Test of compute capability 6.1 is too old: 7.5 is needed; use compute.backend = nd4j-cuda or nd4j-native");
  }
}
