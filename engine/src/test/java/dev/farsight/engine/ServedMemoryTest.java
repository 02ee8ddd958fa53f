package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.predict.Predictor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Versions and predictors that come and go leave no memory behind, without a collection. Memory is
 * that of the process, so nothing else runs meanwhile.
 */
@Isolated
class ServedMemoryTest {

  /** Also how often other things are repeated. Writing them costs most of the time. */
  private static final int CHECKPOINTS = 32;

  private static final String BATCH = "serving.batch.size=2000";
  private static final String THREADS = "serving.threads=2";

  /** The run, which tests leave as it is. */
  @TempDir static Path trained;

  @TempDir Path folder;
  private Path checkpoints;

  @BeforeAll
  static void train() {
    Config config =
        new TestRun(trained)
            .set(
                "cache.size=300rows",
                "checkpoint.every=1 steps",
                "checkpoint.keep=1000",
                "checkpoint.deltas=true",
                "train.max-steps=" + CHECKPOINTS)
            .config();
    Path run = trained.resolve("run");
    try (Trainer trainer = Trainer.open(config, TestRun.builtIn(), run, RunListener.NONE)) {
      trainer.train();
    }
  }

  /** Begins a folder of checkpoints with the first one. */
  @BeforeEach
  void showFirst() {
    checkpoints = folder.resolve("checkpoints");
    for (String files : List.of("base", "deltas")) {
      copy(trainedCheckpoints().resolve(files), checkpoints.resolve(files));
    }
    show(1);
  }

  private static Path trainedCheckpoints() {
    return trained.resolve("run").resolve("checkpoints");
  }

  private static String name(int step) {
    return "step-%012d".formatted(step);
  }

  private void show(int step) {
    copy(trainedCheckpoints().resolve(name(step)), checkpoints.resolve(name(step)));
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectories(to);
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Config configuration(Path saved, String... serving) {
    var sets = new ArrayList<>(List.of(BATCH, THREADS));
    sets.addAll(List.of(serving));
    return Predictor.configuration(saved).set(sets).resolve(List.of(getClass().getClassLoader()));
  }

  private Predictor follow() {
    return Predictor.follow(configuration(checkpoints), TestRun.builtIn(), checkpoints);
  }

  private static void score(Predictor predictor, Batch batch) {
    predictor.logits(batch, new float[batch.samples()]);
  }

  @Test
  void versionsLeaveNothingBehind() {
    try (Predictor predictor = follow()) {
      var batch = predictor.newBatch();
      batch.samples(500);
      NativeMemoryUse.requireFlat(
          CHECKPOINTS - 1,
          i -> {
            show(i + 2);
            assertThat(predictor.update()).isTrue();
            score(predictor, batch);
          });
      assertThat(predictor.version()).isEqualTo(CHECKPOINTS);
      assertThat(predictor.fullLoads()).isEqualTo(1);
    }
  }

  @Test
  @Tag("nightly")
  void versionsThatAreRefusedLeaveNothingBehind() throws IOException {
    try (Predictor predictor = follow()) {
      Path delta = checkpoints.resolve("deltas/%012d.rows".formatted(2));
      byte[] bytes = Files.readAllBytes(delta);
      bytes[bytes.length - 1] ^= 1;
      Files.write(delta, bytes);
      show(2);
      NativeMemoryUse.requireFlat(
          CHECKPOINTS,
          i ->
              assertThatThrownBy(predictor::update)
                  .isInstanceOf(FarsightException.class)
                  .hasMessageContaining("is damaged"));
      assertThat(predictor.version()).isEqualTo(1);
    }
  }

  @Test
  void predictorsLeaveNothingBehind() {
    requireNothingLeft("serving.rows=mapped", "serving.cache.size=20%");
  }

  @ParameterizedTest
  @Tag("nightly")
  @ValueSource(strings = {"serving.rows=mapped", "serving.rows=memory serving.row-precision=int8"})
  void predictorsWithoutCacheLeaveNothingBehind(String serving) {
    requireNothingLeft(serving.split(" "));
  }

  private void requireNothingLeft(String... serving) {
    Path saved = trainedCheckpoints().resolve(name(CHECKPOINTS));
    Config config = configuration(saved, serving);
    Components components = TestRun.builtIn();
    Batch batch;
    try (Predictor first = Predictor.open(config, components, saved)) {
      batch = first.newBatch();
      batch.samples(500);
    }
    NativeMemoryUse.requireFlat(
        CHECKPOINTS,
        i -> {
          try (Predictor predictor = Predictor.open(config, components, saved)) {
            score(predictor, batch);
          }
        });
  }
}
