package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that somebody else made, with the right checksums: nothing is taken on trust. */
class ForeignCheckpointTest {

  @TempDir Path folder;
  private Path victim;

  @BeforeEach
  void makeVictim() throws IOException {
    victim = Files.createDirectories(folder.resolve("victim"));
    Files.writeString(victim.resolve("rows-2024.map"), "precious");
    Files.writeString(victim.resolve("written.rows.bak"), "precious");
    Files.createSymbolicLink(victim.resolve("lock"), victim.resolve("rows-2024.map"));
  }

  /** Trains, and returns the last checkpoint. */
  private Path train(String name, String store) throws IOException {
    Path checkpoints = folder.resolve(name + "/checkpoints");
    new TestRun(folder)
        .set(
            "storage.backend=" + store,
            "storage.ssd.path=" + folder.resolve(name + "/store"),
            "cache.size=\"10%\"",
            "optimizer.type=rowwise-adagrad",
            "train.max-steps=40",
            "checkpoint.every=20 steps",
            "checkpoint.directory=" + checkpoints)
        .train();
    return checkpoints.resolve("step-000000000040");
  }

  private Path export(Path checkpoint, String target) {
    return export(checkpoint, target, new TestRun(folder).config());
  }

  private Path export(Path source, String target, Config config) {
    Path out = folder.resolve("out").resolve(target);
    new Export(config, TestRun.builtIn()).write(source, Optional.empty(), out, new NpyFormat());
    return out;
  }

  private static void set(Path checkpoint, String key, Object value) throws IOException {
    ConfigValue json = ConfigValueFactory.fromAnyRef(value);
    Resealed.manifest(checkpoint, manifest -> manifest.withValue(key, json));
  }

  private List<Path> beside() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("out")).sorted().toList();
    }
  }

  @Test
  void theStoreOfItsConfigurationIsNotOpenedForRowsThatItHoldsItself() throws IOException {
    Path checkpoint = train("a", "offheap");
    Path honest = export(checkpoint, "honest");
    set(checkpoint, "config.storage.backend", "ssd");
    set(checkpoint, "config.storage.ssd.path", victim.toString());
    set(checkpoint, "run_directory", victim.toString());
    FolderState before = FolderState.of(victim);
    List<Path> folders = beside();
    Path made = export(checkpoint, "made");
    assertThat(FolderState.of(victim)).isEqualTo(before);
    assertThat(beside()).isEqualTo(folders);
    assertThat(made.resolve("model.json")).hasSameBinaryContentAs(honest.resolve("model.json"));
  }

  @Test
  void onlyTheStoreOfTheRecordedIdentityIsRead() throws IOException {
    Path checkpoint = train("a", "ssd");
    Path other = train("b", "ssd").resolveSibling("../store").normalize();
    Path honest = export(checkpoint, "honest");
    List<Path> folders = beside();
    for (Path wrong : List.of(victim, other, folder.resolve("none"))) {
      set(checkpoint, "config.storage.ssd.path", wrong.toString());
      FolderState before = Files.exists(wrong) ? FolderState.of(wrong) : null;
      assertThatThrownBy(() -> export(checkpoint, "made"))
          .isInstanceOf(FarsightException.class)
          .hasMessageNotContaining("internal");
      assertThat(Files.exists(wrong) ? FolderState.of(wrong) : null).isEqualTo(before);
      assertThat(folder.resolve("out/made")).doesNotExist();
    }
    assertThat(beside()).isEqualTo(folders);
    set(checkpoint, "config.storage.ssd.path", folder.resolve("a/store").toString());
    FolderState store = FolderState.of(folder.resolve("a"));
    assertThat(export(checkpoint, "again").resolve("model.json"))
        .hasSameBinaryContentAs(honest.resolve("model.json"));
    assertThat(FolderState.of(folder.resolve("a"))).isEqualTo(store);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.storage.backend | 3 | storage.backend",
        "config.storage.ssd.path | [] | storage.ssd.path",
        "config.storage.backend | no such store | no such store",
      })
  void aConfigurationThatIsNoneIsRefusedWithTheCheckpoint(String key, String value, String found)
      throws IOException {
    Path checkpoint = train("a", "ssd");
    set(checkpoint, key, value.equals("[]") ? List.of() : value);
    assertThatThrownBy(() -> export(checkpoint, "made"))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(checkpoint.toString(), found);
  }

  @Test
  void aModelIsNotExportedThroughAPersistentStore() throws IOException {
    Path model = folder.resolve("model");
    TestModel.save(model);
    FolderState before = FolderState.of(victim);
    Config config =
        new TestRun(folder)
            .set("storage.backend=ssd", "storage.ssd.path=" + victim.resolve("new"))
            .config();
    assertThatThrownBy(() -> export(model, "made", config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.storage.backend");
    assertThat(FolderState.of(victim)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run_directory | a\\u0000b | ",
        "run | xyz | run is no hexadecimal number",
        "tables | 3 | tables",
        "progress.stages | 3 | stages has type",
        "progress.cache_counters | [] | counters of the cache",
        "progress.table_counters | [] | counters of the cache",
        "model_seed | x | model_seed",
        "files | [{name: ../../../victim/lock, bytes: 8, sha256: x}] | victim/lock",
      })
  void aWrongValueIsRefusedWithFileAndKey(String key, String value, String found)
      throws IOException {
    Path checkpoint = train("a", "offheap");
    Object json =
        value.startsWith("[")
            ? ConfigFactory.parseString("v = " + value).getList("v")
            : value.replace("\\u0000", "\0");
    set(checkpoint, key, json);
    CheckpointReader reader = CheckpointReader.list(checkpoint).get(0);
    if (found == null) {
      assertThat(reader.info().runDirectory()).isEqualTo(checkpoint.resolve("../..").normalize());
    } else {
      assertThatThrownBy(reader::info)
          .isInstanceOf(FarsightException.class)
          .hasMessageContainingAll(checkpoint.resolve("checkpoint.json").toString(), found);
    }
  }

  /** Counts in a file are no reason to allocate memory. */
  @Test
  void denseParametersLargerThanTheirFileAreRefused() throws IOException {
    Path checkpoint = train("a", "offheap");
    byte[] dense = Files.readAllBytes(checkpoint.resolve("dense.bin"));
    int shapeAt = 4 + 2 + dense[5] + 1 + 4;
    byte[] huge = dense.clone();
    huge[shapeAt] = 0x7f;
    byte[] many = dense.clone();
    many[0] = 0x7f;
    byte[] longer = Arrays.copyOf(dense, dense.length + 1);
    for (byte[] content : List.of(huge, many, longer)) {
      Resealed.file(checkpoint, "dense.bin", content);
      assertThatThrownBy(() -> CheckpointReader.list(checkpoint).get(0).dense())
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("dense.bin: is damaged: ");
    }
  }
}
