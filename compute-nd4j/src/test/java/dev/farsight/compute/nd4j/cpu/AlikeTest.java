package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Equal samples have equal products wherever they are in a tile: what {@link OpenBlas#rowsAlike}
 * promises of the kernel set in use. Set {@code OPENBLAS_CORETYPE} to test another set.
 */
class AlikeTest {

  private static final int[] OUT = {
    1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 23, 24, 25, 33, 48, 64, 70, 130, 300, 512, 769, 1024
  };
  private static final int[] IN = {
    1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 32, 33, 70, 300, 383, 384, 385, 512, 769, 1024
  };

  @ParameterizedTest
  @ValueSource(ints = {64, 128})
  void equalSamplesHaveEqualProducts(int tile) {
    var blas = new OpenBlas("auto");
    int end = blas.rowsAlike() ? 0 : OpenBlas.END_COLUMNS;
    int samples = tile + 2 * end;
    for (int out : OUT) {
      for (int in : IN) {
        try (var memory = new NativeMemory()) {
          long seed = 31L * out + in;
          var random = new Random(seed);
          var x = memory.matrix(samples, in);
          var w = memory.matrix(out, in);
          var y = memory.matrix(samples, out);
          float[] sample = draw(in, random);
          for (int s = 0; s < samples; s++) {
            x.floats().put(x.at(s), sample);
          }
          w.floats().put(0, draw(out * in, random));
          var from = x.pointer(0, 0);
          var to = y.pointer(0, 0);
          if (blas.rowsAlike()) {
            blas.abT(samples, out, in, from, in, w.pointer(0, 0), in, 1f, to, out);
          } else {
            blas.abT(out, samples, in, w.pointer(0, 0), in, from, in, 0f, to, samples);
          }
          for (int s = end; s < end + tile; s++) {
            for (int o = 0; o < out; o++) {
              int at = blas.rowsAlike() ? s * out + o : o * samples + s;
              int first = blas.rowsAlike() ? o : o * samples + end;
              if (y.floats().get(at) != y.floats().get(first)) {
                assertThat(y.floats().get(at))
                    .as("seed %d: sample %d, output %d of %d, %d inputs", seed, s, o, out, in)
                    .isEqualTo(y.floats().get(first));
              }
            }
          }
        }
      }
    }
  }

  private static float[] draw(int count, Random random) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - .5f;
    }
    return values;
  }
}
