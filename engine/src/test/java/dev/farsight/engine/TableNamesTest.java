package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables may have names that are no names of files. */
class TableNamesTest {

  private static final List<String> NAMES =
      List.of("user/id", "../../../x", "été", "a b", "n".repeat(300));

  @TempDir Path folder;

  private Path runs;

  @BeforeEach
  void writeData() throws IOException {
    runs = Files.createDirectories(folder.resolve("a/b/c"));
    var random = new Random(3);
    var lines = new ArrayList<String>();
    lines.add("label,price,1,2,3,4,5");
    for (int s = 0; s < 4000; s++) {
      lines.add(
          String.join(
              ",",
              Integer.toString(random.nextInt(2)),
              Integer.toString(random.nextInt(500)),
              Integer.toString(random.nextInt(500)),
              Integer.toString(random.nextInt(500)),
              Integer.toString(random.nextInt(500)),
              Integer.toString(random.nextInt(500)),
              Integer.toString(random.nextInt(500))));
    }
    Files.write(folder.resolve("data.csv"), lines);
  }

  private TestRun run() {
    var columns = new ArrayList<Map<String, Object>>();
    for (int t = 0; t < NAMES.size(); t++) {
      columns.add(
          Map.of(
              "column",
              Integer.toString(t + 1),
              "name",
              NAMES.get(t),
              "rows",
              500,
              "kind",
              "integer"));
    }
    String categorical =
        ConfigFactory.parseMap(Map.of("c", columns))
            .getValue("c")
            .render(ConfigRenderOptions.concise());
    return new TestRun(runs)
        .set(
            "data.source=csv",
            "data.path=\"" + folder.resolve("data.csv") + "\"",
            "data.csv.dense=[price]",
            "data.csv.categorical=" + categorical,
            "cache.size=\"30%\"",
            "model.save=true",
            "optimizer.type=rowwise-adagrad");
  }

  /** All files outside the directory of runs. */
  private List<Path> outside() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> !file.startsWith(runs)).toList();
    }
  }

  @Test
  void aModelIsSavedAndLoadedAndExported() throws IOException {
    TestRun first = run();
    Config trained = first.train().json();
    Path model = first.directory().resolve("model");
    assertThat(outside()).containsExactly(folder.resolve("data.csv"));
    assertThat(model.resolve("rows/user%2Fid.weight.npy")).exists();
    assertThat(model.resolve("rows/%2E.%2F..%2F..%2Fx.weight.npy")).exists();
    assertThat(model.resolve("rows/%C3%A9t%C3%A9.weight.npy")).exists();

    String load = "model.load=\"" + model + "\"";
    try (Trainer trainer = run().set(load).open(RunListener.NONE)) {
      Config evaluated = trainer.evaluate().json();
      assertThat(evaluated.getConfig("quality")).isEqualTo(trained.getConfig("quality"));
      assertThat(evaluated.getString("weights_sha256"))
          .isEqualTo(trained.getString("weights_sha256"));
    }

    Path target = runs.resolve("out");
    new Export(new TestRun(runs).config(), TestRun.builtIn())
        .write(model, Optional.empty(), target, new NpyFormat());
    assertThat(target.resolve("rows/user%2Fid.weight.npy"))
        .hasSameBinaryContentAs(model.resolve("rows/user%2Fid.weight.npy"));
  }

  @Test
  void aModelOfAnEarlierVersionIsLoaded() throws IOException {
    TestRun first = run();
    Config trained = first.train().json();
    Path model = first.directory().resolve("model");
    TestModel.unseal(model);
    for (String part : List.of("index", "weight", "state")) {
      Path rows = model.resolve("rows");
      Files.move(rows.resolve("a%20b." + part + ".npy"), rows.resolve("a b." + part + ".npy"));
    }
    try (Trainer trainer = run().set("model.load=\"" + model + "\"").open(RunListener.NONE)) {
      assertThat(trainer.evaluate().json().getString("weights_sha256"))
          .isEqualTo(trained.getString("weights_sha256"));
    }
  }
}
