package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flips bits in files of checkpoints, and truncates or deletes files. Resuming must give the result
 * of an undisturbed run, or an error. {@code -Dfarsight.damages=1000} tries 1000 damages.
 */
class DamageTest {

  private static final int DAMAGES = Integer.getInteger("farsight.damages", 12);

  @TempDir Path folder;

  private TestRun run(Components components, Path directory, int steps) {
    return new TestRun(folder)
        .components(components)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "checkpoint.keep=3",
            "checkpoint.every=8 steps",
            "checkpoint.directory=" + directory,
            "train.max-steps=" + steps);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damageIsRepairedOrReported(boolean persistent) throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    Components builtIn = TestRun.builtIn();
    Path rows = folder.resolve("rows");
    Components components = persistent ? new FileStores(rows).in(builtIn) : builtIn;
    Config whole = run(builtIn, folder.resolve("whole"), 80).train().json();
    Path kept = folder.resolve("kept");
    interrupt(run(components, kept, 80), 70);
    Path keptRows = folder.resolve("kept-rows");
    if (persistent) {
      Files.move(rows, keptRows);
    }
    int equal = 0;
    int refused = 0;
    for (int i = 0; i < DAMAGES; i++) {
      Path copy = folder.resolve("copy" + i);
      copy(kept, copy);
      if (persistent) {
        Files.copy(keptRows, rows, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      String damage = damage(copy, random);
      try {
        Config report = run(components, copy, 80).resume().json();
        boolean lossesDamaged = damage.endsWith("losses.bin") || damage.contains("losses.bin at");
        List<String> digests =
            lossesDamaged && report.getIsNull("loss_sha256")
                ? List.of("weights_sha256")
                : List.of("loss_sha256", "weights_sha256");
        for (String digest : digests) {
          assertThat(report.getString(digest))
              .as("%s after %s, seed %d", digest, damage, seed)
              .isEqualTo(whole.getString(digest));
        }
        equal++;
      } catch (FarsightException e) {
        assertThat(e.getMessage()).as("after %s, seed %d", damage, seed).contains(copy.toString());
        refused++;
      }
    }
    assertThat(equal).as("damages that another checkpoint made good").isPositive();
    System.out.printf(
        "%d damages with a store %s: %d equal, %d refused%n",
        DAMAGES, persistent ? "that persists" : "in memory", equal, refused);
  }

  @ParameterizedTest
  @CsvSource({
    "checkpoint.json, false",
    "dense.bin, false",
    "cache.bin, false",
    ".rows, false",
    ".rows, true"
  })
  void damageInAllCheckpointsIsReported(String name, boolean persistent) throws Exception {
    Components builtIn = TestRun.builtIn();
    Components components =
        persistent ? new FileStores(folder.resolve("rows")).in(builtIn) : builtIn;
    Path kept = folder.resolve("kept");
    // By this step, the complete checkpoint of step 0 has been deleted.
    interrupt(run(components, kept, 40), 35);
    try (var files = Files.walk(kept)) {
      for (Path file : files.filter(f -> f.toString().endsWith(name)).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
      }
    }
    assertThatThrownBy(() -> run(components, kept, 40).resume())
        .hasMessageContaining(name + ": is damaged: ");
  }

  /** Losses are a record. Their loss costs the digest of all losses, not the run. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damagedLossesCostTheirDigestAlone(boolean deleted) throws Exception {
    Components builtIn = TestRun.builtIn();
    Config whole = run(builtIn, folder.resolve("whole"), 80).train().json();
    Path kept = folder.resolve("kept");
    interrupt(run(builtIn, kept, 40), 35);
    Path losses = kept.resolve("losses.bin");
    if (deleted) {
      Files.delete(losses);
    } else {
      byte[] bytes = Files.readAllBytes(losses);
      bytes[0] ^= 4;
      Files.write(losses, bytes);
    }
    assertThatThrownBy(() -> CheckpointReader.list(kept).get(0).verify())
        .hasMessageContaining("losses.bin: is ");
    run(builtIn, kept, 60).resume();
    Config report = run(builtIn, kept, 80).resume().json();
    assertThat(report.getIsNull("loss_sha256")).isTrue();
    assertThat(report.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  /** Stops a run without a last checkpoint, as if its process had been killed. */
  private static void interrupt(TestRun run, long steps) {
    RunListener failing =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == steps) {
              throw new FarsightException("enough");
            }
          }
        };
    try (Trainer trainer = run.open(failing)) {
      trainer.train();
    } catch (FarsightException e) {
      assertThat(e).hasMessageEndingWith(": enough");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Damages one file; returns a description of the damage. */
  private static String damage(Path directory, Random random) throws IOException {
    List<Path> files;
    try (var all = Files.walk(directory)) {
      files = all.filter(Files::isRegularFile).filter(f -> !f.endsWith("lock")).sorted().toList();
    }
    Path file = files.get(random.nextInt(files.size()));
    long size = Files.size(file);
    long position = (long) (random.nextDouble() * size);
    switch (random.nextInt(4)) {
      case 0 -> {
        Files.delete(file);
        return "deleting " + file;
      }
      case 1 -> {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.setLength(position);
        }
        return "cutting " + file + " at " + position;
      }
      default -> {
        int bit = 1 << random.nextInt(8);
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.seek(position);
          int value = bytes.read();
          bytes.seek(position);
          bytes.write(value ^ bit);
        }
        return "flipping bit " + bit + " of byte " + position + " of " + file;
      }
    }
  }
}
