package dev.farsight.bench.peers;

import static dev.farsight.bench.peers.PeerValues.assertClose;
import static dev.farsight.bench.peers.PeerValues.assertSameParameters;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.data.Batch;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.compute.TestOptimizer;
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

  /** Float32 sums in another order differ in their last bits. */
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

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
      compare("seed " + SEED + ", ", cases.get(c), theirs.get(c), backend.get());
    }
  }

  private static void compare(String seed, BagCase bags, Config theirs, ComputeBackend backend) {
    String what = seed + bags.name();
    try (var layer =
        new OneLayer(
            bags.schema(),
            bags.dim(),
            bags.samples(),
            TestOptimizer.SGD.spec(),
            bags.norms(),
            backend)) {
      layer.write(bags.tables(), bags.weight(), bags.bias());
      Batch batch = bags.batch(layer.buffers());
      assertClose(
          what + ", logits", layer.logits(batch), theirs.getDoubleList("logits"), TOLERANCE);
      float[] loss = {layer.train(batch, BagCase.LEARNING_RATE)};
      assertClose(what + ", loss", loss, List.of(theirs.getDouble("loss")), TOLERANCE);
      assertSameParameters(what, layer, theirs, TOLERANCE);
    }
  }

  /** What all backends are compared with. */
  @Test
  void theReferenceComputesWhatPytorchDoes() throws Exception {
    compare(NaiveBackend::new);
  }

  @Test
  void theCpuComputesWhatPytorchDoes() throws Exception {
    try (var cpu = new CpuBackend()) {
      compare(cpu::open);
    }
  }
}
