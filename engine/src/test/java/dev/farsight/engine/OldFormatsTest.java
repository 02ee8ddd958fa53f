package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints and models of version 0.1 are read. They are made from today's by leaving out what
 * 0.1 did not write; those of a future version are refused with their version.
 */
class OldFormatsTest {

  /** What the first formats lack. */
  private static final List<String> NEW_KEYS = List.of("generation", "precision", "state_parts");

  private static final String MODEL = "model.json";

  @TempDir Path folder;
  private int evaluations;

  private TestRun run() {
    return new TestRun(folder)
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.max-steps=90");
  }

  private TestRun checkpointed() {
    return run()
        .set("checkpoint.every=30 steps", "checkpoint.directory=" + folder.resolve("checkpoints"));
  }

  /** Until format 3 a model said nothing of features, ops and settings. */
  private static Config withoutDescription(Config described) {
    Config json = described;
    for (String key : List.of("weights", "rows", "model", "training")) {
      assertThat(json.hasPath(key)).as(key).isTrue();
      json = json.withoutPath(key);
    }
    return json.withValue(
            "tables",
            ConfigValueFactory.fromIterable(
                json.getConfigList("tables").stream()
                    .map(table -> table.withoutPath("draw").root())
                    .toList()))
        .withValue("draw", ConfigValueFactory.fromAnyRef("uniform"));
  }

  private static Config firstFormat(Config json) {
    Config first = json.withValue("format", ConfigValueFactory.fromAnyRef(1));
    for (String key : NEW_KEYS) {
      assertThat(first.hasPath(key)).as(key).isTrue();
      first = first.withoutPath(key);
    }
    return first;
  }

  private static void write(Path file, Config json) throws IOException {
    Files.writeString(
        file, json.root().render(ConfigRenderOptions.concise().setFormatted(true)) + "\n");
  }

  private static Config read(Path file) throws IOException {
    return ConfigFactory.parseString(Files.readString(file));
  }

  /** Replaces what a checkpoint says of itself, and seals it again. */
  private static void replaceManifest(Path checkpoint, Config json) throws IOException {
    Path manifest = checkpoint.resolve("checkpoint.json");
    write(manifest, json);
    byte[] bytes = Files.readAllBytes(manifest);
    Files.writeString(
        checkpoint.resolve("checkpoint.json.sha256"),
        Sha256.hex(Sha256.create().digest(bytes)) + "  checkpoint.json\n",
        StandardCharsets.ISO_8859_1);
  }

  /** Until format 3 each checkpoint had all losses in a file of its own, and no digests. */
  private static Config withOwnLosses(Path checkpoint, Config json) throws IOException {
    int steps = json.getInt("progress.steps");
    byte[] all = Files.readAllBytes(checkpoint.resolveSibling("losses.bin"));
    ByteBuffer losses = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer own = ByteBuffer.allocate(Integer.BYTES + steps * Float.BYTES).putInt(steps);
    for (int s = 0; s < steps; s++) {
      own.putFloat(losses.getFloat());
    }
    Files.write(checkpoint.resolve("losses.bin"), own.array());
    var files = new ArrayList<Object>(json.getList("files").unwrapped());
    files.add(
        Map.of(
            "name",
            "losses.bin",
            "bytes",
            own.capacity(),
            "sha256",
            Sha256.hex(Sha256.create().digest(own.array()))));
    return json.withValue("files", ConfigValueFactory.fromIterable(files))
        .withoutPath("digests")
        .withoutPath("progress.metrics_bytes");
  }

  private List<Path> checkpoints() throws IOException {
    try (var files = Files.list(folder.resolve("checkpoints"))) {
      return files.filter(f -> f.getFileName().toString().startsWith("step-")).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aCheckpointOfTheFirstFormatGoesOnToTheSameBits(String store) throws IOException {
    Config whole = run().train().json();
    TestRun part =
        checkpointed()
            .set("storage.backend=" + store, "storage.ssd.path=" + folder.resolve("rows"));
    part.set("train.max-steps=45").train();
    for (Path checkpoint : checkpoints()) {
      Config json = withOwnLosses(checkpoint, read(checkpoint.resolve("checkpoint.json")));
      replaceManifest(checkpoint, firstFormat(json));
    }
    Files.delete(folder.resolve("checkpoints/losses.bin"));
    Config resumed = part.set("train.max-steps=90").resume().json();
    assertThat(resumed.getString("loss_sha256")).isEqualTo(whole.getString("loss_sha256"));
    assertThat(resumed.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  @Test
  void aCheckpointOfAFutureFormatIsRefusedWithItsVersion() throws IOException {
    checkpointed().train();
    for (Path checkpoint : checkpoints()) {
      Config json = read(checkpoint.resolve("checkpoint.json"));
      replaceManifest(
          checkpoint,
          json.withValue("format", ConfigValueFactory.fromAnyRef(99))
              .withValue("version", ConfigValueFactory.fromAnyRef("7.0.0")));
    }
    assertThatThrownBy(() -> checkpointed().resume())
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(
            "format 99", "Farsight 7.0.0", BuildInfo.version(), "formats 1 to 3");
  }

  @Test
  void aModelOfTheFirstFormatIsLoaded() throws IOException {
    TestRun trained = run().set("model.save=true");
    Report report = trained.train();
    Path model = folder.resolve("old-model");
    copy(trained.directory().resolve("model"), model);
    Files.delete(model.resolve("model.json.sha256"));
    Config described = read(model.resolve(MODEL));
    Config json = withoutDescription(described).withoutPath("files").withoutPath("version");
    write(model.resolve(MODEL), json.withValue("format", ConfigValueFactory.fromAnyRef(2)));
    assertThat(evaluate(model).quality()).isEqualTo(report.quality());
    write(model.resolve(MODEL), firstFormat(json));
    Report evaluated = evaluate(model);
    assertThat(evaluated.quality()).isEqualTo(report.quality());

    Config future =
        read(model.resolve(MODEL)).withValue("format", ConfigValueFactory.fromAnyRef(99));
    write(model.resolve(MODEL), future);
    assertThatThrownBy(() -> evaluate(model))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll("format 99", BuildInfo.version(), "formats 1 to 4");
  }

  private Report evaluate(Path model) {
    Config config = run().set("model.load=" + model).config();
    Path directory = folder.resolve("evaluation-" + evaluations++);
    try (Trainer trainer =
        Trainer.openToEvaluate(config, TestRun.builtIn(), directory, RunListener.NONE)) {
      return trainer.evaluate();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
