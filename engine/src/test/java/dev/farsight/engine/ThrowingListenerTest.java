package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.engine.event.EpochEnded;
import dev.farsight.engine.event.ListenerException;
import dev.farsight.engine.event.RunFailed;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that throws fails the run, is named, and breaks nothing. */
@Timeout(300)
class ThrowingListenerTest {

  @TempDir Path folder;

  private TestRun run() {
    return new TestRun(folder)
        .set("cache.size=\"10%\"", "data.synthetic.rows=1190", "train.epochs=3")
        .set("optimizer.type=rowwise-adagrad", "model.save=true", "train.eval-every=1 epoch")
        .set("train.reset-rows=each-epoch", "optimizer.plateau.patience=1")
        .set("optimizer.plateau.min-delta=1", "train.early-stopping.patience=2")
        .set("train.early-stopping.min-delta=1", "train.early-stopping.restore-best=true");
  }

  private TestRun checkpointed() {
    return run()
        .set("checkpoint.every=10 steps")
        .set("checkpoint.directory=" + folder.resolve("checkpoints"));
  }

  /** Throws at the n-th call of a method. */
  private static RunListener throwing(String method, int call) {
    var calls = new AtomicInteger();
    return (RunListener)
        Proxy.newProxyInstance(
            RunListener.class.getClassLoader(),
            new Class<?>[] {RunListener.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method) && calls.incrementAndGet() == call) {
                throw new IllegalStateException("no room on the dashboard");
              }
              return called.getReturnType() == boolean.class ? true : null;
            });
  }

  private static Stream<String> methods() {
    List<String> never = List.of("failed", "equals", "hashCode", "toString");
    return Arrays.stream(RunListener.class.getMethods())
        .map(method -> method.getName())
        .filter(name -> !never.contains(name))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theListenerIsNamedAndTheRunGoesOnFromItsCheckpoint(String method) throws Exception {
    TestRun run = checkpointed();
    RunListener listener = throwing(method, 1);
    var thrown =
        catchThrowableOfType(
            ListenerException.class,
            () -> {
              try (Trainer trainer = run.open(listener)) {
                trainer.train();
              }
            });
    assertThat(thrown)
        .as(method)
        .hasMessage(
            "the listener %s failed in %s(): java.lang.IllegalStateException: no room on the dashboard"
                .formatted(listener.getClass().getName(), method));
    assertThat(thrown.getCause()).hasMessage("no room on the dashboard");
    Report report = hasCheckpoint() ? checkpointed().resume() : checkpointed().train();
    Report whole = run().train();
    assertThat(report.lossSha256()).isEqualTo(whole.lossSha256());
    assertThat(report.weightsSha256()).isEqualTo(whole.weightsSha256());
  }

  private boolean hasCheckpoint() throws IOException {
    Path checkpoints = folder.resolve("checkpoints");
    if (!Files.exists(checkpoints)) {
      return false;
    }
    try (var files = Files.list(checkpoints)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("step-\\d+"));
    }
  }

  /** What is on disk when the listener throws stays, and is whole. */
  @Test
  void afterTheReportNothingIsLost() {
    TestRun run = run();
    var thrown =
        catchThrowableOfType(
            ListenerException.class,
            () -> {
              try (Trainer trainer = run.open(throwing("finished", 1))) {
                trainer.train();
              }
            });
    assertThat(thrown).isNotNull();
    Report left = Report.read(run.directory().resolve("report.json"));
    assertThat(left.toJson()).contains("\"weights_sha256\"");
    assertThat(left.weightsSha256()).isEqualTo(run().train().weightsSha256());
    assertThat(run.directory().resolve("model").resolve("model.json")).exists();
  }

  /** The run's own failure is told, with that of the listener beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"step", "epochEnded"})
  void aListenerThatFailsAtAFailure(String first) {
    RunListener broken = throwing(first, 2);
    var both =
        new RecordedEvents() {
          @Override
          public void step(StepProgress step) {
            broken.step(step);
          }

          @Override
          public void epochEnded(EpochEnded epoch) {
            broken.epochEnded(epoch);
          }

          @Override
          public void failed(RunFailed failed) {
            throw new IllegalStateException("again");
          }
        };
    var thrown =
        catchThrowableOfType(
            ListenerException.class,
            () -> {
              try (Trainer trainer =
                  run()
                      .set("train.early-stopping.patience=0", "train.eval-every=0")
                      .set(
                          "train.early-stopping.restore-best=false", "optimizer.plateau.patience=0")
                      .open(both)) {
                trainer.train();
              }
            });
    assertThat(thrown).hasMessageContaining("failed in " + first + "()");
    assertThat(thrown.getSuppressed())
        .anyMatch(
            e ->
                e.getMessage().contains("failed in failed(): ")
                    && e.getMessage().contains("again"));
  }
}
