package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.model.TestModel;
import dev.farsight.testkit.fuzz.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages and forges files of models and checkpoints, and exports what is left. Each time the
 * export is made, or a {@link FarsightException} names the folder; whatever has a checksum that was
 * not forged too is found. Nothing outside the target is written, and no memory taken because a
 * file says so.
 */
class ForeignFilesFuzzTest {

  private static final int FEW = 40;
  private static final int MANY = Integer.getInteger("farsight.mutants", 2_000);

  /** Beyond what the files hold: buffers, the parser's objects, and the store in memory. */
  private static final long MOST_BYTES = 200 << 20;

  private static final long SEED = Long.getLong("farsight.seed", System.nanoTime());

  @TempDir Path folder;
  private int made;
  private int refused;

  /** Seals a mutant, or not. */
  @FunctionalInterface
  private interface Writer {
    void write(Path file, byte[] content) throws IOException;
  }

  private void fuzz(Path source, List<String> names, int count, boolean sealed, Writer writer)
      throws IOException {
    Path out = folder.resolve("out");
    for (String name : names) {
      Path file = source.resolve(name);
      byte[] original = Files.readAllBytes(file);
      byte[] seal = Files.readAllBytes(source.resolve(sealOf(source)));
      byte[] description = Files.readAllBytes(source.resolve(descriptionOf(source)));
      for (Mutations.Mutant mutant :
          (Iterable<Mutations.Mutant>) new Mutations(original, SEED).stream(count)::iterator) {
        writer.write(file, mutant.bytes());
        FolderState before = FolderState.of(folder);
        var allocation = new Allocation();
        try {
          new Export(new TestRun(folder).config(), TestRun.builtIn())
              .write(source, Optional.empty(), out, new NpyFormat());
          assertThat(sealed && !Arrays.equals(mutant.bytes(), original))
              .as("damage not found: %s, %s", name, mutant)
              .isFalse();
          made++;
          DurableFiles.delete(out);
        } catch (FarsightException e) {
          assertThat(e.getMessage())
              .as("%s, %s", name, mutant)
              .hasLineCount(1)
              .hasSizeLessThan(2_000);
          if (!e.getMessage().startsWith("storage offheap needs")) {
            assertThat(e.getMessage()).as("%s, %s", name, mutant).contains(folder.toString());
          }
          refused++;
        } catch (RuntimeException | Error e) {
          throw new AssertionError(name + ", " + mutant, e);
        }
        assertThat(allocation.bytes())
            .as("bytes allocated: %s, %s", name, mutant)
            .isLessThan(MOST_BYTES);
        assertThat(FolderState.of(folder)).as("%s, %s", name, mutant).isEqualTo(before);
        Files.write(file, original);
        Files.write(source.resolve(sealOf(source)), seal);
        Files.write(source.resolve(descriptionOf(source)), description);
      }
    }
    System.out.printf(
        "seed %d, %s of %s: %d exported, %d refused%n",
        SEED, names, source.getFileName(), made, refused);
  }

  private static String descriptionOf(Path source) {
    return Files.exists(source.resolve("model.json")) ? "model.json" : "checkpoint.json";
  }

  private static String sealOf(Path source) {
    String seal = descriptionOf(source) + ".sha256";
    return Files.exists(source.resolve(seal)) ? seal : descriptionOf(source);
  }

  private static final List<String> MODEL_FILES =
      List.of(
          "model.json",
          "dense/top.0.weight.npy",
          "rows/C1.index.npy",
          "rows/C2.weight.npy",
          "rows/C2.state.npy");

  private void sealedModel(int count) throws IOException {
    Path model = folder.resolve("model");
    TestModel.save(model);
    fuzz(model, MODEL_FILES, count, true, Files::write);
    fuzz(model, List.of("model.json.sha256"), count, true, Files::write);
  }

  private void unsealedModel(int count) throws IOException {
    Path model = folder.resolve("model");
    TestModel.save(model);
    TestModel.unseal(model);
    fuzz(model, MODEL_FILES, count, false, Files::write);
  }

  private Path checkpoint() throws IOException {
    new TestRun(folder)
        .set(
            "data.synthetic.rows=1200",
            "data.synthetic.cardinalities=[3, 50, 400]",
            "cache.size=\"50%\"",
            "optimizer.type=rowwise-adagrad",
            "train.max-steps=20",
            "checkpoint.every=10 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints"))
        .train();
    List<CheckpointReader> all = CheckpointReader.list(folder.resolve("checkpoints"));
    return all.get(all.size() - 1).path();
  }

  private void damagedCheckpoint(int count) throws IOException {
    Path checkpoint = checkpoint();
    fuzz(
        checkpoint,
        List.of("checkpoint.json", "dense.bin", "cache.bin"),
        count,
        true,
        Files::write);
  }

  private void forgedCheckpoint(int count) throws IOException {
    Path checkpoint = checkpoint();
    fuzz(
        checkpoint,
        List.of("checkpoint.json"),
        count,
        false,
        (file, content) -> Resealed.manifest(checkpoint, content));
    fuzz(
        checkpoint,
        List.of("dense.bin"),
        count,
        false,
        (file, content) -> Resealed.file(checkpoint, "dense.bin", content));
    Path rows;
    try (var files = Files.list(checkpoint.resolve("../rows"))) {
      rows = files.sorted().toList().get(0);
    }
    fuzz(checkpoint, List.of("../rows/" + rows.getFileName()), count, false, Files::write);
  }

  @Test
  void aSealedModelThatWasDamagedIsRefused() throws IOException {
    sealedModel(FEW);
    assertThat(made).isLessThan(refused);
  }

  @Test
  void aModelWithoutChecksumsIsReadOrRefused() throws IOException {
    unsealedModel(FEW);
    assertThat(made).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void aCheckpointThatWasDamagedIsRefused() throws IOException {
    damagedCheckpoint(FEW);
    assertThat(made).isLessThan(refused);
  }

  @Test
  void aForgedCheckpointIsReadOrRefused() throws IOException {
    forgedCheckpoint(FEW);
    assertThat(refused).isPositive();
  }

  /** The settings of a model of somebody else's, which {@code eval} goes by. */
  private void settings(int count) throws IOException {
    TestRun run =
        new TestRun(folder)
            .set("model.save=true", "train.max-steps=1", "cache.size=all", "data.eval-fraction=0");
    run.train();
    Path model = run.directory().resolve("model");
    TestModel.unseal(model);
    Path file = model.resolve("model.json");
    byte[] original = Files.readAllBytes(file);
    var loaders = List.of(getClass().getClassLoader());
    for (Mutations.Mutant mutant :
        (Iterable<Mutations.Mutant>) new Mutations(original, SEED).stream(count)::iterator) {
      Files.write(file, mutant.bytes());
      try {
        var config = new SavedModel(model).configuration().resolve(loaders);
        new SavedModel(model)
            .requireSettings(Settings.of("farsight", config), TestRun.builtIn(), false);
        assertThat(config.getString("model.load")).as("%s", mutant).isEqualTo(model.toString());
        assertThat(config.getValue("run")).as("%s", mutant).isEqualTo(run.config().getValue("run"));
        assertThat(config.getValue("plugins"))
            .as("%s", mutant)
            .isEqualTo(run.config().getValue("plugins"));
        made++;
      } catch (FarsightException e) {
        assertThat(e.getMessage()).as("%s", mutant).hasLineCount(1).hasSizeLessThan(20_000);
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + SEED + ", " + mutant, e);
      }
    }
    System.out.printf("seed %d, settings: %d taken, %d refused%n", SEED, made, refused);
  }

  @Test
  void settingsOfAForeignModelAreTakenOrRefused() throws IOException {
    settings(10 * FEW);
    assertThat(made).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  @Tag("nightly")
  void models() throws IOException {
    settings(MANY);
    sealedModel(MANY);
    DurableFiles.delete(folder.resolve("model"));
    unsealedModel(MANY);
  }

  @Test
  @Tag("nightly")
  void checkpoints() throws IOException {
    damagedCheckpoint(MANY / 4);
  }

  @Test
  @Tag("nightly")
  void forgedCheckpoints() throws IOException {
    forgedCheckpoint(MANY / 4);
  }
}
