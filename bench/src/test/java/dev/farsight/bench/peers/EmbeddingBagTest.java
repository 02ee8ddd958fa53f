package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.testkit.compute.NaiveBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One step over bags computes what PyTorch's embedding_bag does: values, gradients of rows, rows
 * after the update. Needs a Python with torch, which PYTHON may name; skipped without.
 */
class EmbeddingBagTest {

  private static final long SEED = 17;
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  /** Float32 sums in another order differ in their last bits. */
  private static void assertClose(String what, float[] ours, List<Double> theirs) {
    assertThat(ours).as(what).hasSize(theirs.size());
    for (int i = 0; i < ours.length; i++) {
      assertThat(Math.abs(ours[i] - theirs.get(i)))
          .as("%s [%d]: %s, in PyTorch %s", what, i, ours[i], theirs.get(i))
          .isLessThanOrEqualTo(TOLERANCE * (1 + Math.abs(theirs.get(i))));
    }
  }

  private void compare(Supplier<ComputeBackend> backend) throws Exception {
    List<BagCase> cases = BagCase.all(SEED);
    Path file = folder.resolve("cases.json");
    Path results = folder.resolve("results.json");
    Files.writeString(
        file,
        ConfigValueFactory.fromMap(Map.of("cases", cases.stream().map(BagCase::json).toList()))
            .render(ConfigRenderOptions.concise()));
    Python.run(
        folder,
        "",
        Python.PEERS.resolve("embedding_bag.py").toString(),
        file.toString(),
        results.toString());
    var theirs = ConfigFactory.parseFile(results.toFile()).getConfigList("results");
    for (int c = 0; c < cases.size(); c++) {
      try (var step = new BagStep(cases.get(c), backend.get())) {
        compare("seed " + SEED + ", " + cases.get(c).name(), step, theirs.get(c));
      }
    }
  }

  private static void compare(String what, BagStep step, Config theirs) {
    assertClose(what + ", logits", step.logits(), theirs.getDoubleList("logits"));
    float[] loss = {step.train()};
    assertClose(what + ", loss", loss, List.of(theirs.getDouble("loss")));
    for (int t = 0; t < theirs.getList("tables").size(); t++) {
      List<Double> rows =
          ((List<?>) theirs.getList("tables").get(t).unwrapped())
              .stream().map(value -> ((Number) value).doubleValue()).toList();
      assertClose(what + ", table " + t, step.table(t), rows);
    }
    assertClose(what + ", weight", step.parameter(false), theirs.getDoubleList("weight"));
    assertClose(what + ", bias", step.parameter(true), List.of(theirs.getDouble("bias")));
  }

  /** What all backends are compared with. */
  @Test
  void theReferenceComputesWhatPytorchDoes() throws Exception {
    compare(NaiveBackend::new);
  }

  @Test
  void theCpuComputesWhatPytorchDoes() throws Exception {
    ClassLoader loader = EmbeddingBagTest.class.getClassLoader();
    var farsight = Settings.of("farsight", FarsightConfig.defaults().resolve(List.of(loader)));
    var factory = Plugins.load(loader).components().computes().get("nd4j-native");
    var own = farsight.section("compute").section("nd4j-native");
    compare(() -> factory.open(new ComputeContext(own, 2)));
  }
}
