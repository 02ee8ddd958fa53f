package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.datasets.criteo.CriteoWriter;
import dev.farsight.datasets.synthetic.SyntheticSource;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the same weights and rows, every model's losses are those of PyTorch within 1e-4, for 50
 * steps: bench/peers/compare_losses.py reads a run and trains the model of bench/peers/models.py.
 * Needs a Python with torch, which PYTHON may name; skipped without.
 *
 * <p>The rows are made here, in Criteo's format, its tables scaled down.
 * bench/peers/compare_losses.sh does the same with a file of real rows.
 */
class ModelLossesTest {

  private static final int STEPS = 50;
  private static final int BATCH = 64;

  /**
   * With a smaller eps, Adagrad's first step moves a parameter by the learning rate in the
   * direction of its gradient, however small, and rounding decides the direction of one that is all
   * but zero.
   */
  private static final String SMOOTH = "1e-8";

  private static final ClassLoader LOADER = ModelLossesTest.class.getClassLoader();

  private static final List<String> MODELS =
      List.of(
          "model.type=dlrm",
          "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-rank=8",
          "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-layers=1 model.dlrm.cross-rank=null",
          "model.type=dcn model.dcn.deep-mlp=[12,8]",
          "model.type=dcn model.dcn.deep-mlp=[12] model.dcn.structure=parallel model.dcn.cross-rank=8",
          "model.type=dcn model.dcn.deep-mlp=[12] model.dcn.layer-norm=true model.dcn.cross-layers=2",
          "model.type=dcn model.dcn.deep-mlp=[] model.dcn.structure=parallel",
          "model.type=deepfm model.deepfm.deep-mlp=[12,8]",
          "model.type=deepfm model.deepfm.deep-mlp=[12,8] model.deepfm.layer-norm=true",
          "model.type=wide-deep model.wide-deep.deep-mlp=[12,8]",
          "model.type=wide-deep model.wide-deep.deep-mlp=[]");

  @TempDir private Path folder;

  private int runs;

  private Path file;

  /** 26 tables of few and of many rows. */
  private static String cardinalities() {
    List<Integer> rows = new ArrayList<>(Collections.nCopies(13, 40));
    rows.addAll(Collections.nCopies(13, 3000));
    return rows.toString();
  }

  @BeforeEach
  void writeRows() {
    file = folder.resolve("rows.txt");
    var sets =
        List.of(
            "data.synthetic.rows=" + STEPS * BATCH,
            "data.synthetic.cardinalities=" + cardinalities(),
            "data.eval-fraction=0");
    var data =
        Settings.of("farsight", FarsightConfig.defaults().set(sets).resolve(List.of(LOADER)))
            .section("data");
    try (var source =
        new SyntheticSource(new DataContext(data, data.section("synthetic"), BATCH, 3, 1))) {
      new CriteoWriter(file).write(source);
    }
  }

  private Path train(String backend, String model) {
    Path run = folder.resolve("run-" + runs++);
    List<String> sets =
        new ArrayList<>(
            List.of(
                "compute.backend=" + backend,
                "data.source=criteo",
                "data.path=" + file,
                "data.criteo.cardinalities=" + cardinalities(),
                "data.batch-size=" + BATCH,
                "data.eval-fraction=0",
                "model.embedding-dim=4",
                "model.dlrm.bottom-mlp=[12]",
                "model.dlrm.top-mlp=[10]",
                "model.save=false",
                "model.save-initial=true",
                "optimizer.type=rowwise-adagrad",
                "optimizer.learning-rate=0.01",
                "optimizer.eps=" + SMOOTH,
                "cache.size=6000 rows",
                "report.hash-weights=false"));
    sets.addAll(List.of(model.split(" ")));
    var config = FarsightConfig.defaults().set(sets).resolve(List.of(LOADER));
    try (Plugins plugins = Plugins.load(LOADER);
        var trainer =
            Trainer.open(
                config, NaiveFactory.beside(plugins.components()), run, RunListener.NONE)) {
      trainer.train();
    }
    return run;
  }

  private void compare(String backend, List<String> models) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Python.PEERS.resolve("compare_losses.py").toString());
    models.forEach(model -> command.add(train(backend, model).toString()));
    String printed = Python.run(folder, "", command.toArray(String[]::new));
    assertThat(printed.lines())
        .hasSameSizeAs(models)
        .allMatch(line -> line.contains(STEPS + " steps"));
  }

  @Test
  void theCpuLosesWhatPytorchDoes() throws Exception {
    compare("nd4j-native", MODELS);
  }

  /** What all backends are compared with. It is slow: two models will do. */
  @Test
  void theReferenceLosesWhatPytorchDoes() throws Exception {
    compare("naive", List.of(MODELS.get(5), MODELS.get(7)));
  }
}
