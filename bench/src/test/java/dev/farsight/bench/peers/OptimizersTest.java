package dev.farsight.bench.peers;

import static dev.farsight.bench.peers.PeerValues.assertClose;
import static dev.farsight.bench.peers.PeerValues.assertSameParameters;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.testkit.compute.NaiveBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every update rule that PyTorch has gives PyTorch's losses and parameters over 200 steps. Needs a
 * Python with torch, which PYTHON may name; skipped without.
 */
class OptimizersTest {

  private static final long SEED = 23;
  private static final int STEPS = 200;

  /** PyTorch computes in double precision, so this is how far float32 drifts. */
  private static final double TOLERANCE = 2e-5;

  @TempDir private static Path folder;

  private static RuleBatches everyRow;
  private static RuleBatches someRows;

  /** By case. */
  private static List<? extends Config> results;

  @BeforeAll
  static void train() throws Exception {
    everyRow = RuleBatches.draw(SEED, STEPS, true);
    someRows = RuleBatches.draw(SEED, STEPS, false);
    Map<String, Object> json = new HashMap<>();
    json.put("every_row", everyRow.json());
    json.put("some_rows", someRows.json());
    json.put("cases", RuleCase.all().stream().map(RuleCase::json).toList());
    Path file = folder.resolve("cases.json");
    Path out = folder.resolve("results.json");
    Files.writeString(file, ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise()));
    String script = Python.PEERS.resolve("optimizers.py").toString();
    Python.run(folder, "", script, file.toString(), out.toString());
    results = ConfigFactory.parseFile(out.toFile()).getConfigList("results");
  }

  private static void compare(Supplier<ComputeBackend> backend) {
    for (int c = 0; c < RuleCase.all().size(); c++) {
      RuleCase rules = RuleCase.all().get(c);
      compare(rules, rules.everyRow() ? everyRow : someRows, results.get(c), backend.get());
    }
  }

  private static void compare(
      RuleCase rules, RuleBatches batches, Config theirs, ComputeBackend backend) {
    String what = "seed " + SEED + ", " + rules.name();
    var schema = RuleBatches.schema();
    var norms = MaxNorms.none(schema.tables().size());
    try (var layer =
        new OneLayer(
            schema, RuleBatches.DIM, RuleBatches.SAMPLES, rules.optimizer(), norms, backend)) {
      layer.write(batches.tables(), batches.weight(), batches.bias());
      List<Double> losses = theirs.getDoubleList("losses");
      var ours = new float[STEPS];
      for (int step = 0; step < STEPS; step++) {
        ours[step] = layer.train(batches.batch(step, layer.buffers()), rules.learningRate());
      }
      assertClose(what + ", losses", ours, losses, TOLERANCE);
      assertSameParameters(what, layer, theirs, TOLERANCE);
    }
  }

  /** What all backends are compared with. */
  @Test
  void theReferenceFollowsPytorch() {
    compare(NaiveBackend::new);
  }

  @Test
  void theCpuFollowsPytorch() {
    try (var cpu = new CpuBackend()) {
      compare(cpu::open);
    }
  }
}
