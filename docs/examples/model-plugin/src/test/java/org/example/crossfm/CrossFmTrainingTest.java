package org.example.crossfm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine trains the model, on rows that are made up around a known best AUROC. */
class CrossFmTrainingTest {

  private static final ClassLoader LOADER = CrossFmTrainingTest.class.getClassLoader();

  @TempDir private Path folder;

  private Report train(String cacheSize) {
    var user =
        FarsightConfig.defaults()
            .set(
                List.of(
                    "data.batch-size=512",
                    "data.synthetic.rows=120000",
                    "data.synthetic.cardinalities=[100, 1000, 5000, 20000]",
                    "data.synthetic.dense=4",
                    "model.type=crossfm",
                    "model.embedding-dim=9",
                    "model.crossfm.cross-rank=8",
                    "optimizer.type=rowwise-adagrad",
                    "optimizer.learning-rate=0.05",
                    "cache.size=" + cacheSize));
    try (Plugins plugins = Plugins.load(LOADER);
        Trainer trainer =
            Trainer.open(
                user.resolve(plugins.loaders()),
                plugins.components(),
                folder.resolve(cacheSize),
                RunListener.NONE)) {
      return trainer.train();
    }
  }

  @Test
  void itLearnsTheSameThroughAnyCache() {
    Report cached = train("10%");
    Report resident = train("all");
    Quality quality = cached.quality().orElseThrow();
    assertThat(quality.auroc()).isGreaterThan(0.9 * quality.aurocCeiling());
    assertThat(cached.json().getLong("cache.evicted_rows")).isPositive();
    assertThat(cached.json().getString("loss_sha256"))
        .isEqualTo(resident.json().getString("loss_sha256"));
    assertThat(cached.json().getString("weights_sha256"))
        .isEqualTo(resident.json().getString("weights_sha256"));
  }
}
