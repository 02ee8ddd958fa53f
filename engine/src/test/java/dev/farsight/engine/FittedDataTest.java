package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.TestModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source found out about its data goes with models and checkpoints. */
class FittedDataTest {

  @TempDir Path folder;

  private static Components finding(int number) {
    return FittingData.in(TestRun.builtIn(), number);
  }

  private TestRun run(int finds, String... sets) {
    return new TestRun(folder)
        .components(finding(finds))
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "model.save=true")
        .set(sets);
  }

  private TestRun checkpointed(int finds, String... sets) {
    return run(finds, sets)
        .set("checkpoint.every=20 steps", "checkpoint.directory=" + folder.resolve("c"));
  }

  /** Trains; returns the folder of the model. */
  private static Path model(TestRun run) {
    run.train();
    return run.directory().resolve("model");
  }

  private static String read(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve("data").resolve(file));
  }

  private static void assertSameResult(Config one, Config other) {
    for (String result : List.of("loss_sha256", "weights_sha256", "quality")) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  @Test
  void aModelIsEvaluatedAndTrainedOnWithItsData() throws IOException {
    Path model = model(run(1));
    assertThat(read(model, FittingData.NUMBER)).isEqualTo("1");
    TestRun evaluating = run(2, "model.load=" + model);
    Config evaluated;
    try (Trainer trainer =
        Trainer.openToEvaluate(
            evaluating.config(), finding(2), folder.resolve("eval"), RunListener.NONE)) {
      evaluated = trainer.evaluate().json();
    }
    assertThat(evaluated.getValue("quality")).isEqualTo(run(1).train().json().getValue("quality"));
    Path next = model(run(2, "model.load=" + model));
    assertThat(read(next, FittingData.NUMBER)).isEqualTo("1");
    assertThat(read(next, FittingData.ALL)).isEqualTo(" 1 2");
    Preview.of(evaluating.config(), finding(2)).memory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aResumedRunKeepsToItsData(String store) throws IOException {
    String[] sets = {
      "storage.backend=" + store, "storage.ssd.path=" + folder.resolve("rows"), "checkpoint.keep=9"
    };
    Config whole = run(1).train().json();
    assertThat(run(2).train().json().getString("loss_sha256"))
        .isNotEqualTo(whole.getString("loss_sha256"));
    checkpointed(1, sets).set("train.max-steps=30").train();
    checkpointed(2, sets).set("train.max-steps=50").resume();
    TestRun last = checkpointed(3, sets);
    assertSameResult(last.resume().json(), whole);
    assertThat(read(last.directory().resolve("model"), FittingData.ALL)).isEqualTo(" 1");
    assertThat(
            new Verification(finding(4), List.of(getClass().getClassLoader()), RunListener.NONE)
                .verify(
                    folder.resolve("c"),
                    OptionalLong.of(20),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
  }

  @Test
  void aRunThatGoesOnFromAModelResumesWithWhatItAdded() throws IOException {
    Path model = model(run(1));
    String load = "model.load=" + model;
    Config whole = run(2, load).train().json();
    checkpointed(2, load).set("train.max-steps=30").train();
    TestRun resumed = checkpointed(3, load);
    assertSameResult(resumed.resume().json(), whole);
    assertThat(read(resumed.directory().resolve("model"), FittingData.ALL)).isEqualTo(" 1 2");
  }

  @Test
  void exportsKeepIt() throws IOException {
    Path model = model(checkpointed(1));
    var export = new Export(run(2).config(), finding(2));
    for (Path source : List.of(model, folder.resolve("c"))) {
      Path target = folder.resolve("export of " + source.getFileName());
      export.write(source, Optional.empty(), target, new NpyFormat());
      assertThat(read(target, FittingData.NUMBER)).isEqualTo("1");
      assertThat(model(run(2, "model.load=" + target)).resolve("data"))
          .isDirectoryContaining("glob:**/" + FittingData.NUMBER);
    }
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    String again = "; copy the folder of the model or of the checkpoints again, as a whole";
    Path model = model(checkpointed(1, "train.max-steps=30"));
    for (Path data : List.of(model.resolve("data"), folder.resolve("c/data"))) {
      TestRun run = data.startsWith(model) ? run(1, "model.load=" + model) : checkpointed(1);
      Runnable start = data.startsWith(model) ? run::train : run::resume;
      Path number = data.resolve(FittingData.NUMBER);
      Files.writeString(number, "7");
      assertThatThrownBy(start::run)
          .isInstanceOf(FarsightException.class)
          .hasMessage(number + ": is damaged: its length or SHA-256 is wrong" + again);
      Files.delete(number);
      assertThatThrownBy(start::run).hasMessage(number + ": is missing" + again);
      Files.writeString(number, "1");
      Path more = Files.writeString(data.resolve("more.txt"), "");
      assertThatThrownBy(start::run).hasMessageContaining(more + ": there is no checksum for it");
      Files.delete(more);
      start.run();
    }
  }

  /** A model in whose folder somebody keeps a file is not deleted. */
  @Test
  void aModelWithForeignFilesIsKept() throws IOException {
    Path model = folder.resolve("run/model");
    for (int n = 0; n < 3; n++) {
      try (Trainer trainer =
          Trainer.open(run(1).config(), finding(1), folder.resolve("run"), RunListener.NONE)) {
        trainer.train();
      }
      Files.delete(folder.resolve("run/report.json"));
      assertThat(model.resolveSibling("model.kept-1")).doesNotExist();
    }
    Files.writeString(model.resolve("data/notes.txt"), "mine");
    try (Trainer trainer =
        Trainer.open(run(1).config(), finding(1), folder.resolve("run"), RunListener.NONE)) {
      trainer.train();
    }
    assertThat(model.resolveSibling("model.kept-1").resolve("data/notes.txt")).hasContent("mine");
    assertThat(read(model, FittingData.NUMBER)).isEqualTo("1");
  }

  /** What earlier versions wrote: the source finds out for itself, as it did then. */
  @Test
  void modelsAndCheckpointsWithoutItAreRead() throws IOException {
    Path model = model(checkpointed(1, "train.max-steps=30"));
    DurableFiles.delete(model.resolve("data"));
    TestModel.unseal(model);
    assertThat(read(model(run(2, "model.load=" + model)), FittingData.ALL)).isEqualTo(" 2");
    DurableFiles.delete(folder.resolve("c/data"));
    try (var files = Files.list(folder.resolve("c"))) {
      for (Path step : files.filter(f -> f.getFileName().toString().startsWith("step-")).toList()) {
        Resealed.manifest(step, json -> json.withoutPath("fitted"));
      }
    }
    assertSameResult(checkpointed(1).resume().json(), run(1).train().json());
  }

  /** A run that was killed before its first checkpoint leaves what nobody goes on with. */
  @Test
  void whatAKilledRunLeftIsReplaced() throws IOException {
    for (String left : List.of("data", "data.partial")) {
      Files.createDirectories(folder.resolve("c").resolve(left));
      Files.writeString(folder.resolve("c").resolve(left).resolve("left.txt"), "7");
    }
    checkpointed(1, "train.max-steps=30").train();
    assertThat(folder.resolve("c/data"))
        .isDirectoryNotContaining("glob:**/left.txt")
        .isDirectoryContaining("glob:**/" + FittingData.NUMBER);
    assertThat(folder.resolve("c/data.partial")).doesNotExist();
  }

  /** A source that finds out nothing leaves no folder. */
  @Test
  void withoutItThereIsNoFolder() {
    Path model = model(checkpointed(1).components(TestRun.builtIn()).set("train.max-steps=30"));
    assertThat(model.resolve("data")).doesNotExist();
    assertThat(folder.resolve("c/data")).doesNotExist();
  }
}
