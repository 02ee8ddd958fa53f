package dev.farsight.bench.ablation;

import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Suites for tests, on small data and on everything that is on the class path. */
final class SuiteTests {

  /** What all cells share; 8 lines. */
  static final String BASE =
      """
      farsight {
        data {
          batch-size = 64
          synthetic { rows = 2100, cardinalities = [50, 400, 30] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "250 rows" }
      }
      """;

  private SuiteTests() {}

  static Suite suite(Path folder, String ablation, String... overrides) throws IOException {
    Path file = folder.resolve("suite.conf");
    Files.writeString(file, BASE + "ablation {\n" + ablation + "\n}\n");
    return SuiteFile.read(file, List.of(overrides));
  }

  static Schedule schedule(Path folder, String ablation, String... overrides) throws IOException {
    var plugins = plugins();
    return Schedule.of(suite(folder, ablation, overrides), plugins.components(), plugins.loaders());
  }

  static Plugins plugins() {
    return Plugins.load(SuiteTests.class.getClassLoader());
  }
}
