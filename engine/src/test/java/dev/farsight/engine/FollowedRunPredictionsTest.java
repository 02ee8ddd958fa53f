package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.predict.Predictor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A predictor follows a run from checkpoint to checkpoint. */
class FollowedRunPredictionsTest {

  @TempDir Path folder;
  private Path runDirectory;
  private Path checkpoints;
  private final List<String> sets =
      new ArrayList<>(
          List.of("cache.size=300rows", "checkpoint.every=5 steps", "checkpoint.deltas=true"));

  @BeforeEach
  void name() {
    runDirectory = folder.resolve("followed");
    checkpoints = runDirectory.resolve("checkpoints");
  }

  private TestRun run() {
    return new TestRun(folder).set(sets.toArray(String[]::new));
  }

  private void train(int steps, boolean resume) {
    Config config = run().set("train.max-steps=" + steps, "data.eval-fraction=0.142857").config();
    try (Trainer trainer =
        resume
            ? Trainer.resume(config, TestRun.builtIn(), runDirectory, RunListener.NONE)
            : Trainer.open(config, TestRun.builtIn(), runDirectory, RunListener.NONE)) {
      trainer.train();
    }
  }

  private Config configuration(Path saved, String... serving) {
    return Predictor.configuration(saved)
        .set(List.of(serving))
        .resolve(List.of(getClass().getClassLoader()));
  }

  private Predictor follow(String... serving) {
    return Predictor.follow(configuration(checkpoints, serving), TestRun.builtIn(), checkpoints);
  }

  /** The logits of a checkpoint, which is opened by itself. */
  private float[] expected(long step) {
    Path checkpoint = checkpoints.resolve("step-%012d".formatted(step));
    try (Predictor predictor =
        Predictor.open(configuration(checkpoint), TestRun.builtIn(), checkpoint)) {
      return predicted(predictor, 1);
    }
  }

  private float[] predicted(Predictor predictor, long seed) {
    return PredictorTest.predicted(run(), predictor, seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage.backend=offheap",
        "storage.backend=ssd",
        "storage.backend=offheap model.row-precision=bf16",
        "train.reset-rows=each-epoch train.epochs=100 data.synthetic.rows=800",
      })
  void everyVersionIsThatOfItsCheckpoint(String settings) {
    sets.addAll(List.of(settings.split(" ")));
    train(5, false);
    try (Predictor predictor = follow("serving.keep-versions=3")) {
      assertThat(predictor.version()).isEqualTo(5);
      assertThat(predicted(predictor, 2)).isEqualTo(expected(5));
      assertThat(predictor.update()).isFalse();
      for (int steps = 10; steps <= 45; steps += steps == 20 ? 20 : 5) {
        train(steps, true);
        assertThat(predictor.update()).isTrue();
        assertThat(predictor.version()).isEqualTo(steps);
        assertThat(predicted(predictor, steps)).as("step %d", steps).isEqualTo(expected(steps));
      }
      assertThat(predictor.versions()).containsExactly(20L, 40L, 45L);
    }
  }

  @Test
  void anOlderVersionIsGoneBackTo() {
    train(5, false);
    float[] old = expected(5);
    try (Predictor predictor = follow()) {
      train(10, true);
      predictor.update();
      predictor.activate(5);
      assertThat(predicted(predictor, 1)).isEqualTo(old);
      train(15, true);
      assertThat(predictor.update()).isTrue();
      assertThat(predictor.version()).isEqualTo(5);
      assertThat(predictor.versions()).containsExactly(5L, 15L);
      assertThatThrownBy(() -> predictor.activate(10))
          .isInstanceOf(FarsightException.class)
          .hasMessage("version 10 is not loaded; there are [5, 15]");
      predictor.activate(15);
      assertThat(predicted(predictor, 1)).isEqualTo(expected(15));
      train(20, true);
      predictor.update();
      assertThat(predictor.version()).isEqualTo(20);
      assertThat(predictor.acquire(5)).isEmpty();
      try (var acquired = predictor.acquire(15).orElseThrow()) {
        assertThat(acquired.number()).isEqualTo(15);
      }
    }
  }

  @Test
  void requestsSeeOneVersionWhileVersionsChange() throws Exception {
    train(5, false);
    var done = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(2);
    try (Predictor predictor = follow("serving.threads=2", "serving.keep-versions=1")) {
      Callable<List<Map.Entry<Long, float[]>>> client =
          () -> {
            List<Map.Entry<Long, float[]>> answers = new ArrayList<>();
            var batch = predictor.newBatch();
            batch.samples(2);
            while (!done.get()) {
              try (var version = predictor.acquire()) {
                var first = new float[2];
                var second = new float[2];
                version.logits(batch, first);
                version.logits(batch, second);
                assertThat(second).isEqualTo(first);
                answers.add(Map.entry(version.number(), first));
              }
            }
            return answers;
          };
      List<Future<List<Map.Entry<Long, float[]>>>> clients =
          List.of(threads.submit(client), threads.submit(client));
      Map<Long, float[]> logits = new TreeMap<>();
      logits.put(5L, ofZeros(predictor));
      for (int steps = 10; steps <= 30; steps += 5) {
        train(steps, true);
        predictor.update();
        logits.put((long) steps, ofZeros(predictor));
      }
      done.set(true);
      for (var answers : clients) {
        for (Map.Entry<Long, float[]> answer : answers.get()) {
          assertThat(answer.getValue()).isEqualTo(logits.get(answer.getKey()));
        }
      }
      assertThat(logits.values().stream().map(Arrays::toString).distinct()).hasSize(6);
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] ofZeros(Predictor predictor) {
    var batch = predictor.newBatch();
    batch.samples(2);
    var logits = new float[2];
    predictor.logits(batch, logits);
    return logits;
  }

  @Test
  void packedVersionsStayCloseToTheirs() {
    train(5, false);
    try (Predictor predictor = follow("serving.row-precision=int8")) {
      train(10, true);
      predictor.update();
      float[] exact = expected(10);
      float[] packed = predicted(predictor, 3);
      double largest = 0;
      for (int s = 0; s < exact.length; s++) {
        largest = Math.max(largest, Math.abs(exact[s] - packed[s]));
      }
      assertThat(largest).isPositive().isLessThan(0.01);
      assertThat(predictor.precisionLoss()).isPresent();
    }
  }

  @Test
  void aRunWithoutDeltasIsRefused() {
    sets.remove("checkpoint.deltas=true");
    train(5, false);
    assertThatThrownBy(this::follow)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("has no deltas, so the run cannot be followed");
  }
}
