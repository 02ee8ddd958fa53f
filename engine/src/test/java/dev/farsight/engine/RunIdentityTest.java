package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is resumed on the same data, wherever it lies, and with the same arithmetic. */
class RunIdentityTest {

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = write("data.csv", 3);
  }

  private Path write(String name, long seed) throws IOException {
    var random = new Random(seed);
    var text = new StringBuilder("label,price,user\n");
    for (int s = 0; s < 3000; s++) {
      text.append(random.nextInt(2)).append(',').append(random.nextInt(10)).append(',');
      text.append(10 + random.nextInt(90)).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private TestRun run(Path file) {
    return new TestRun(folder)
        .set(
            "data.source=csv",
            "data.path=\"" + file + "\"",
            "data.csv.dense=[price]",
            "data.csv.categorical=[{ column = user, rows = 100, kind = integer }]",
            "cache.size=\"60%\"",
            "train.max-steps=60",
            "checkpoint.every=20 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints"));
  }

  /** Trains 40 of the 60 steps. */
  private void trainPart() {
    run(data).set("train.max-steps=40").train();
  }

  private String whole() {
    return run(data)
        .set("checkpoint.directory=" + folder.resolve("whole"))
        .train()
        .json()
        .getString("weights_sha256");
  }

  private void assertResumed(TestRun run, String whole) {
    assertThat(run.resume().json().getString("weights_sha256")).isEqualTo(whole);
  }

  private static void assertRefused(TestRun run, String key) {
    assertThatThrownBy(run::resume)
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("belongs to another run", key);
  }

  /** Makes the checkpoints those of an earlier version. */
  private void identity(Consumer<Map<String, Object>> change) throws IOException {
    try (var files = Files.list(folder.resolve("checkpoints"))) {
      for (Path step : files.filter(f -> f.getFileName().toString().startsWith("step-")).toList()) {
        Resealed.manifest(step, json -> changed(json, change));
      }
    }
  }

  private static Config changed(Config json, Consumer<Map<String, Object>> change) {
    Map<String, Object> identity = new HashMap<>();
    for (Config entry : json.getConfigList("identity")) {
      identity.put(entry.getString("key"), entry.getString("value"));
    }
    change.accept(identity);
    var list =
        identity.entrySet().stream()
            .map(e -> Map.of("key", e.getKey(), "value", e.getValue()))
            .toList();
    return json.withValue("identity", ConfigValueFactory.fromIterable(list));
  }

  private void asEarlierVersion() throws IOException {
    identity(
        identity -> {
          assertThat(identity).containsKey("data content").doesNotContainKey("data.path");
          identity.remove("data content");
          assertThat(identity.remove("compute.nd4j-native.blas-kernels")).isNotNull();
          identity.put("data.path", "\"" + data + "\"");
        });
  }

  @Test
  void dataThatWasMovedIsTheSameData() throws IOException {
    String whole = whole();
    trainPart();
    Path moved = folder.resolve("elsewhere/other-name.csv");
    Files.createDirectories(moved.getParent());
    Files.move(data, moved);
    assertResumed(run(moved), whole);
  }

  @Test
  void otherDataInTheSamePlaceIsRefused() throws IOException {
    trainPart();
    long size = Files.size(data);
    write("data.csv", 4);
    assertThat(Files.size(data)).isEqualTo(size);
    assertRefused(
        run(data),
        "belongs to another run: it read other data than is there now; resume with the data");
  }

  @Test
  void anotherArithmeticIsRefused() {
    trainPart();
    assertRefused(
        run(data).set("compute.nd4j-native.blas-kernels=openblas"),
        "compute.nd4j-native.blas-kernels was \"auto\", is \"openblas\"");
  }

  /** A checkpoint of a version that did not have {@code data.on-bad-row}. */
  @Test
  void settingsNewerThanACheckpointMustHaveTheirDefaults() throws IOException {
    String whole = whole();
    trainPart();
    identity(identity -> assertThat(identity.remove("data.on-bad-row")).isNotNull());
    try (var files = Files.list(folder.resolve("checkpoints"))) {
      for (Path step : files.filter(f -> f.getFileName().toString().startsWith("step-")).toList()) {
        Resealed.manifest(step, json -> json.withoutPath("config.data.on-bad-row"));
      }
    }
    assertRefused(
        run(data).set("data.on-bad-row=skip"), "data.on-bad-row was not set, is \"skip\"");
    assertResumed(run(data), whole);
  }

  @Test
  void roomForLookupsMayChange() {
    String whole = whole();
    trainPart();
    assertResumed(run(data).set("data.max-lookups=50"), whole);
  }

  @Test
  void anotherLargestNormIsRefused() {
    trainPart();
    assertRefused(
        run(data).set("model.tables.user.max-norm=2"),
        "model.tables.user.max-norm was not set, is 2");
  }

  @Test
  void checkpointsOfEarlierVersionsGoByThePath() throws IOException {
    String whole = whole();
    trainPart();
    asEarlierVersion();
    Path copy = Files.copy(data, folder.resolve("copy.csv"));
    assertRefused(run(copy), "data.path");
    assertRefused(
        run(data).set("compute.nd4j-native.blas-kernels=openblas"),
        "compute.nd4j-native.blas-kernels was \"auto\", is \"openblas\"");
    assertResumed(run(data), whole);
    // The checkpoints it wrote are those of this version.
    assertThat(List.of(folder.resolve("checkpoints").toFile().list())).isNotEmpty();
    assertResumed(run(copy).set("train.max-steps=60"), whole);
  }
}
