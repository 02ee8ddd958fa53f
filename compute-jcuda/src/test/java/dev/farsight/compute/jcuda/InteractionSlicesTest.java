package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Interaction} asks of shared memory; needs no GPU. */
class InteractionSlicesTest {

  @ParameterizedTest
  @ValueSource(ints = {99 << 10, 227 << 10})
  void wideVectorsAreCutIntoSlicesThatFit(int sharedBytes) {
    for (int vectors : new int[] {2, 27, 71}) {
      for (int dim : new int[] {1, 128, 612, 1022, 1024, 4096}) {
        var shape = new Interaction(vectors, dim, true, Precision.FP32, sharedBytes);
        String what = "%d vectors of %d".formatted(vectors, dim);
        if (shape.slice() < dim) {
          assertThat(shape.slice() % 32).as(what).isZero();
        } else {
          assertThat(shape.slice()).as(what).isEqualTo((dim + 3) / 4 * 4);
        }
        assertThat(shape.backwardBytes()).as(what).isLessThanOrEqualTo(sharedBytes);
        assertThat(shape.forwardBytes()).as(what).isLessThanOrEqualTo(shape.backwardBytes());
      }
    }
  }
}
