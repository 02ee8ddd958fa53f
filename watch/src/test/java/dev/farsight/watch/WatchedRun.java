package dev.farsight.watch;

import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Small runs on synthetic data, watched. */
public final class WatchedRun {

  private static final ClassLoader LOADER = WatchedRun.class.getClassLoader();

  private WatchedRun() {}

  /**
   * Trains to the end.
   *
   * @param open is given what watches the run before it is opened
   */
  public static Report train(
      Path directory,
      OptionalInt port,
      RunListener own,
      Consumer<Watching> open,
      String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.batch-size=64",
                "data.synthetic.rows=20000",
                "data.synthetic.cardinalities=[2000, 300, 4000]",
                "data.eval-fraction=0.05",
                "train.eval-every=50 steps",
                "cache.size=1000 rows",
                "model.dlrm.bottom-mlp=[16]",
                "model.dlrm.top-mlp=[16]",
                "compute.threads=1"));
    all.addAll(Arrays.asList(settings));
    try (Plugins plugins = Plugins.load(LOADER, FarsightConfig.defaults().set(all))) {
      var config = FarsightConfig.defaults().set(all).resolve(plugins.loaders());
      try (var watching = Watching.of(config, port, own)) {
        open.accept(watching);
        try (var trainer =
            Trainer.open(config, plugins.components(), directory, watching.listener())) {
          return trainer.train();
        }
      }
    }
  }
}
