package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlasKernelsTest {

  @Test
  void goesByInstructionsNotByModel() {
    var avx512 =
        List.of(
            "processor\t: 0",
            "model\t\t: 207",
            "flags\t\t: fpu avx fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl",
            "flags\t\t: fpu");
    assertThat(BlasKernels.fitting(avx512)).isEqualTo("SkylakeX");

    var partOfAvx512 = List.of("flags\t\t: fpu avx fma avx2 avx512f avx512cd");
    assertThat(BlasKernels.fitting(partOfAvx512)).isEqualTo("Haswell");

    assertThat(BlasKernels.fitting(List.of("flags : sse avx avx2 fma"))).isEqualTo("Haswell");
  }

  @Test
  void leavesOlderAndUnknownCpusToOpenBlas() {
    assertThat(BlasKernels.fitting(List.of("flags : sse sse2 avx avx2"))).isNull();
    assertThat(BlasKernels.fitting(List.of("Features : asimd"))).isNull();
    assertThat(BlasKernels.fitting(List.of())).isNull();
  }
}
