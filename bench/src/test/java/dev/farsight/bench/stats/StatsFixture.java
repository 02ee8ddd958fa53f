package dev.farsight.bench.stats;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Statistics with the plugins of the class path. */
final class StatsFixture {

  private static final ClassLoader LOADER = StatsFixture.class.getClassLoader();

  static final Components COMPONENTS = Plugins.load(LOADER).components();

  private StatsFixture() {}

  /**
   * @param conf the section {@code farsight}, in a file of its own
   */
  static FarsightConfig config(Path folder, String conf) throws IOException {
    Path file = folder.resolve("stats-test.conf");
    Files.writeString(file, "farsight {\n" + conf + "\n}\n");
    return FarsightConfig.ofFile(file);
  }

  /** Trains, with the run's files in a new folder. */
  static Config train(Path directory, FarsightConfig config, String... sets) {
    Config farsight = config.set(List.of(sets)).resolve(List.of(LOADER));
    try (Trainer trainer = Trainer.open(farsight, COMPONENTS, directory, RunListener.NONE)) {
      return trainer.train().json();
    }
  }

  static StatsRun run(FarsightConfig config) {
    return new StatsRun(
        Settings.of("farsight", config.resolve(List.of(LOADER))), COMPONENTS, RunListener.NONE);
  }
}
