package dev.farsight.spark.train;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;

/** A small run, and what one process makes of it. */
final class ClusterRun {

  private ClusterRun() {}

  static FarsightConfig config() {
    return FarsightConfig.defaults()
        .set("data.batch-size=36")
        .set("data.synthetic.cardinalities=[3, 50, 400, 2000, 9000]")
        .set("data.synthetic.rows=6010")
        .set("data.synthetic.dense=3")
        .set("compute.backend=nd4j-native")
        .set("cache.size=30%")
        .set("model.embedding-dim=6")
        .set("model.dlrm.bottom-mlp=[8]")
        .set("model.dlrm.top-mlp=[12]")
        .set("train.seed=5");
  }

  /** The digests of one process with so many devices. */
  static String onOne(FarsightConfig config, Path directory, int devices) {
    try (Plugins plugins = Plugins.load(ClusterRun.class.getClassLoader())) {
      Config farsight =
          config.set("compute.nd4j-native.devices=" + devices).resolve(plugins.loaders());
      try (Trainer trainer =
          Trainer.open(farsight, plugins.components(), directory, RunListener.NONE)) {
        return digests(trainer.train().toJson());
      }
    }
  }

  static String digests(String report) {
    Config json = ConfigFactory.parseString(report);
    return json.getString("loss_sha256") + " " + json.getString("weights_sha256");
  }
}
