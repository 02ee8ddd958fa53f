package dev.farsight.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On planted data, every model reaches 97 % of the best AUROC that is possible. */
class ModelsLearnTest {

  private static final ClassLoader LOADER = ModelsLearnTest.class.getClassLoader();

  @TempDir private Path folder;

  private Report train(String model) {
    List<String> sets =
        new ArrayList<>(
            List.of(
                "data.batch-size=512",
                "data.synthetic.rows=240000",
                "data.synthetic.cardinalities=[50, 200, 1000, 2000]",
                "data.synthetic.dense=4",
                "model.embedding-dim=9",
                "model.dlrm.bottom-mlp=[16]",
                "model.dlrm.top-mlp=[32]",
                "model.save=false",
                "optimizer.type=rowwise-adagrad",
                "optimizer.learning-rate=0.05",
                "cache.size=50%"));
    sets.addAll(List.of(model.split(" ")));
    var config = FarsightConfig.defaults().set(sets).resolve(List.of(LOADER));
    try (Plugins plugins = Plugins.load(LOADER);
        Trainer trainer =
            Trainer.open(config, plugins.components(), folder.resolve("run"), RunListener.NONE)) {
      return trainer.train();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.type=dlrm",
        "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-rank=8",
        "model.type=dcn model.dcn.deep-mlp=[32]",
        "model.type=dcn model.dcn.deep-mlp=[32] model.dcn.structure=parallel model.dcn.cross-rank=8",
        "model.type=deepfm model.deepfm.deep-mlp=[32]",
        "model.type=wide-deep model.wide-deep.deep-mlp=[32]"
      })
  void theModelReachesItsCeiling(String model) {
    var quality = train(model).quality().orElseThrow();
    assertThat(quality.auroc() / quality.aurocCeiling()).isBetween(.97, 1.01);
  }
}
