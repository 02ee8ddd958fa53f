package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.bench.gpu.GpuRun.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The losses of 100 float32 steps, recorded on nd4j-native and carried along: the GPU must make the
 * same. To record them again:
 *
 * <pre>
 * mvn -pl bench -am test -Dtest=RecordedLossesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dfarsight.record-losses=src/test/resources/dev/farsight/bench/gpu/losses.txt
 * </pre>
 */
class RecordedLossesTest {

  private static final String RESOURCE = "losses.txt";
  private static final int STEPS = 100;
  private static final Percentage RELATIVE = Percentage.withPercentage(1e-5 * 100);

  @TempDir Path folder;

  private GpuRun run() {
    return GpuRun.in(folder)
        .set(
            "data.batch-size=2048",
            "data.synthetic.rows=" + 2048 * STEPS,
            "data.synthetic.cardinalities=["
                + "1460, 583, 40000, 9000, 305, 24, 12517, 633, 3, 20000, 5683, 30000, 3194, 27,"
                + "14992, 25000, 10, 5652, 2173, 4, 28000, 18, 15, 11000, 105, 7000]",
            "data.synthetic.seed=3",
            "train.seed=4",
            "model.embedding-dim=16",
            "model.dlrm.bottom-mlp=[64, 32]",
            "model.dlrm.top-mlp=[64, 32]",
            "cache.size=\"10%\"",
            "cache.policy=lru",
            "report.hash-weights=false");
  }

  private static List<Float> recorded() throws IOException {
    try (InputStream in = RecordedLossesTest.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(Float::parseFloat)
          .toList();
    }
  }

  private static void assertSame(Outcome outcome) throws IOException {
    List<Float> expected = recorded();
    assertThat(outcome.losses()).hasSameSizeAs(expected);
    for (int s = 0; s < STEPS; s++) {
      assertThat(outcome.losses().get(s))
          .as("loss of step %d", s + 1)
          .isCloseTo(expected.get(s), RELATIVE);
    }
  }

  @Test
  void recordedOnNd4jNative() throws IOException {
    Outcome outcome = run().set("compute.backend=nd4j-native").train();
    assertThat(outcome.report().getLong("cache.evicted_rows")).isPositive();
    String file = System.getProperty("farsight.record-losses");
    if (file == null) {
      assertSame(outcome);
    } else {
      Files.writeString(
          Path.of(file),
          outcome.losses().stream().map(loss -> loss + "\n").collect(Collectors.joining()));
    }
  }

  @Test
  void theLossFalls() throws IOException {
    List<Float> losses = recorded();
    assertThat(losses).hasSize(STEPS);
    assertThat(mean(losses.subList(STEPS - 20, STEPS)))
        .isLessThan(.95 * mean(losses.subList(0, 20)));
  }

  private static double mean(List<Float> losses) {
    return losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
  }

  @Test
  void aGpuMakesTheSame() throws IOException {
    assertSame(run().set("compute.jcuda.precision=fp32").train());
  }
}
