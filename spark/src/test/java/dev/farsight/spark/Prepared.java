package dev.farsight.spark;

import dev.farsight.api.config.Settings;
import dev.farsight.datasets.prepare.Job;
import dev.farsight.datasets.prepare.Preparation;
import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.engine.Version;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.settings.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Prepares data on one host, by what the command {@code data prepare} calls. */
final class Prepared {

  private Prepared() {}

  /** Stops before batch {@code batches}; never if that is negative. */
  static Outcome locally(FarsightConfig config, Path out, long partRows, int batches) {
    try (Plugins plugins = Plugins.load(Prepared.class.getClassLoader())) {
      var farsight = Settings.of("farsight", config.resolve(plugins.loaders()));
      var settings = EngineSettings.of(farsight);
      var job =
          Job.of(
              Version.number(),
              farsight.section("data"),
              plugins.components().sources().keySet(),
              settings.seed(),
              partRows,
              new TreeMap<>());
      int[] left = {batches};
      try (var preparation = Preparation.open(out, job);
          var data = Specs.openInOrder(settings, plugins.components(), Optional.empty())) {
        return preparation.write(data, settings.batchSize(), rows -> {}, () -> left[0]-- == 0);
      }
    }
  }

  /** The paths of all files of a folder within it. */
  static SortedSet<String> names(Path folder) throws IOException {
    var names = new TreeSet<String>();
    files(folder).forEach(file -> names.add(folder.relativize(file).toString()));
    return names;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
