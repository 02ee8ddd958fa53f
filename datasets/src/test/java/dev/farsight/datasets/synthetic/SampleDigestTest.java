package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The samples that a seed stands for never change: runs and published numbers refer to them.
 * Digests of the first 20,000 samples, bit by bit.
 */
class SampleDigestTest {

  private static final int SAMPLES = 20_000;

  private static final long FNV_START = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long digest;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cardinalities = kaggle                                                | ec0e02274c3d8a77
          cardinalities = terabyte, zipf = 1                                    | 66b7ce728e3bc3e9
          cardinalities = avazu, zipf = 0.5, dense = 0, missing = 0             | 3498a758362096f0
          cardinalities = [7, 2147483647, 16385, 1, 300], zipf = 0, pairs = 1   | f5e46b2874bae3ce
          cardinalities = [20000000, 90, 110], zipf = 3, pair-share = 0.5       | 82cb345617cc2dfb
          """)
  void samplesAreThoseThatTheyAlwaysWere(String settings, String expected) {
    String conf = "synthetic { rows = " + SAMPLES + ", " + settings + " }";
    digest = FNV_START;
    try (var source = new SyntheticFactory().open(Opened.context("synthetic", conf, 7, 2));
        var pass = source.train(0)) {
      var batch = new Batch(pass.schema(), SAMPLES, HostBuffers.plain());
      assertThat(pass.next(batch)).isTrue();
      for (int s = 0; s < SAMPLES; s++) {
        add(Float.floatToRawIntBits(batch.labels().get(s)));
        add(Float.floatToRawIntBits(batch.truth().get(s)));
      }
      for (int d = 0; d < SAMPLES * pass.schema().denseWidth(); d++) {
        add(Float.floatToRawIntBits(batch.dense().get(d)));
      }
      for (int f = 0; f < pass.schema().features().size(); f++) {
        assertThat(batch.offsets(f)).isNull();
        for (int s = 0; s < SAMPLES; s++) {
          add(batch.indices(f)[s]);
        }
      }
    }
    assertThat(Long.toHexString(digest)).isEqualTo(expected);
  }

  private void add(int value) {
    digest = (digest ^ (value & 0xFFFFFFFFL)) * FNV_PRIME;
  }
}
