package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.engine.event.CheckpointBegun;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.pipeline.NonFiniteLossException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All events of whole runs, in order. An epoch has 28 steps, the last of them smaller. */
class EventOrderTest {

  private static final int BATCH = 37;

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set("cache.size=\"10%\"", "data.synthetic.rows=1190", "train.epochs=2")
        .set("optimizer.type=rowwise-adagrad", "model.save=true")
        .set("checkpoint.directory=" + folder.resolve("checkpoints"))
        .set(sets);
  }

  /** Notes what is on disk at the time of an event. */
  private static class Recorder extends RecordedEvents {

    private long open = -1;

    @Override
    public void checkpointBegun(CheckpointBegun checkpoint) {
      assertThat(open).as("the checkpoint that is not complete").isNegative();
      open = checkpoint.step();
      super.checkpointBegun(checkpoint);
    }

    @Override
    public void checkpointCompleted(CheckpointCompleted checkpoint) {
      assertThat(checkpoint.step()).isEqualTo(open);
      open = -1;
      assertThat(checkpoint.path()).isDirectory();
      super.checkpointCompleted(checkpoint);
    }

    @Override
    public void modelSaved(ModelSaved model) {
      assertThat(open).as("the checkpoint that is not complete").isNegative();
      assertThat(model.path().resolve("model.json")).exists();
      super.modelSaved(model);
    }
  }

  private static Report train(TestRun run, Recorder recorder, boolean resume) {
    try (Trainer trainer = run.open(recorder, resume)) {
      return trainer.train();
    } finally {
      assertThat(recorder.overlapped).as("events overlapped").isFalse();
    }
  }

  private static List<Long> completed(RecordedEvents events) {
    return events.checkpoints.stream().map(CheckpointCompleted::step).toList();
  }

  @Test
  void twoEpochsWithEvaluationsAndCheckpoints() {
    TestRun run = run("train.eval-every=1 epoch", "checkpoint.every=20 steps");
    var events = new Recorder();
    Report report = train(run, events, false);
    assertThat(events.lines)
        .containsExactly(
            "opened " + run.directory().getFileName(),
            "started 0 of 56",
            "checkpoint 0",
            "epoch 1 of 2 begun after 0 steps, 0 samples",
            "steps 1-20",
            "checkpoint 20",
            "steps 21-28",
            "evaluation begun 28",
            "evaluation ended 28",
            "epoch 1 of 2 ended after 28 steps",
            "epoch 2 of 2 begun after 28 steps, 0 samples",
            "steps 29-40",
            "checkpoint 40",
            "steps 41-56",
            "evaluation begun 56",
            "evaluation ended 56",
            "epoch 2 of 2 ended after 56 steps",
            "checkpoint 56",
            "model saved 56",
            "finished 56, report.json");
    assertThat(completed(events)).containsExactly(0L, 20L, 40L, 56L);
    var last = events.evaluations.get(1);
    assertThat(last.quality()).isPresent().isEqualTo(report.quality());
    assertThat(last.samples()).isEqualTo(report.evaluationSamples()).isEqualTo(170);
    assertThat(events.phases).contains("training, epoch 1", "training, epoch 2", "evaluating");
    assertThat(events.progress)
        .contains(new PhaseProgress("evaluating", 170, 170, "samples"))
        .anySatisfy(
            part -> {
              assertThat(part.phase()).isEqualTo("saving the model");
              assertThat(part.done()).isEqualTo(part.total()).isPositive();
            })
        .anySatisfy(
            part -> {
              assertThat(part.phase()).isEqualTo("reporting");
              assertThat(part.done()).isEqualTo(part.total()).isPositive();
            });
  }

  /** Stops in the second epoch, and goes on. */
  @Test
  void aRunThatIsStoppedAndResumed() {
    String[] sets = {"train.eval-every=20", "checkpoint.every=16 steps"};
    var stopping =
        new Recorder() {
          private RunControl control;

          @Override
          public void started(RunStarted started, RunControl run) {
            control = run;
            super.started(started, run);
          }

          @Override
          public void step(StepProgress step) {
            super.step(step);
            if (step.step() == 34) {
              control.stop();
            }
          }
        };
    Report first = train(run(sets), stopping, false);
    long stop = first.steps();
    assertThat(stop).isBetween(34L, 40L);
    assertThat(stopping.lines)
        .endsWith(
            "epoch 2 of 2 begun after 28 steps, 0 samples",
            "steps 29-32",
            "checkpoint 32",
            "steps 33-" + stop,
            "epoch 2 of 2 ended after " + stop + " steps, incomplete",
            "checkpoint " + stop,
            "model saved " + stop,
            "finished " + stop + ", stopped, report.json");

    TestRun again = run(sets);
    var events = new Recorder();
    Report report = train(again, events, true);
    List<String> expected = new ArrayList<>();
    expected.add("opened " + again.directory().getFileName());
    expected.add("started " + stop + " of 56");
    if (stop == 40) {
      expected.add("evaluation begun 40");
      expected.add("evaluation ended 40");
    }
    expected.add(
        "epoch 2 of 2 begun after " + stop + " steps, " + (stop - 28) * BATCH + " samples");
    if (stop < 40) {
      expected.add("steps " + (stop + 1) + "-40");
      expected.add("evaluation begun 40");
      expected.add("evaluation ended 40");
    }
    expected.addAll(
        List.of(
            "steps 41-48",
            "checkpoint 48",
            "steps 49-56",
            "epoch 2 of 2 ended after 56 steps",
            "checkpoint 56",
            "model saved 56",
            "evaluation begun 56",
            "evaluation ended 56",
            "finished 56, report.json"));
    assertThat(events.lines).isEqualTo(expected);
    TestRun whole = run("train.eval-every=20", "checkpoint.directory=" + folder.resolve("whole"));
    assertThat(report.lossSha256()).isEqualTo(whole.train().lossSha256());
  }

  @Test
  void anEarlyStopThatGoesBackToTheBest() {
    TestRun run =
        run("train.eval-every=10", "train.early-stopping.patience=2")
            .set("train.early-stopping.min-delta=1", "train.early-stopping.restore-best=true")
            .set("train.epochs=3");
    var events = new Recorder();
    Report report = train(run, events, false);
    assertThat(events.lines)
        .containsExactly(
            "opened " + run.directory().getFileName(),
            "started 0 of 84",
            "checkpoint 0",
            "epoch 1 of 3 begun after 0 steps, 0 samples",
            "steps 1-10",
            "evaluation begun 10",
            "evaluation ended 10",
            "checkpoint 10",
            "steps 11-20",
            "evaluation begun 20",
            "evaluation ended 20",
            "steps 21-28",
            "epoch 1 of 3 ended after 28 steps",
            "epoch 2 of 3 begun after 28 steps, 0 samples",
            "steps 29-30",
            "evaluation begun 30",
            "evaluation ended 30",
            "epoch 2 of 3 ended after 30 steps, incomplete",
            "stopped early 30: auroc best at 10, patience 2",
            "checkpoint 30",
            "model saved 30",
            "best restored 10",
            "model saved 10",
            "evaluation begun 10",
            "evaluation ended 10",
            "finished 30, report.json");
    assertThat(report.restoredStep()).hasValue(10);
    assertThat(events.evaluations.get(3).quality()).isEqualTo(events.evaluations.get(0).quality());
  }

  @Test
  void rowsThatAreResetAndRatesThatAreReduced() {
    TestRun run =
        run("train.reset-rows=each-epoch", "train.eval-every=1 epoch", "model.save=false")
            .set("optimizer.plateau.patience=1", "optimizer.plateau.min-delta=1")
            .set("optimizer.plateau.factor=0.5", "optimizer.learning-rate=0.25");
    var events = new Recorder();
    train(run, events, false);
    assertThat(events.lines)
        .containsSubsequence(
            "epoch 1 of 2 begun after 0 steps, 0 samples",
            "steps 1-28",
            "evaluation ended 28",
            "epoch 1 of 2 ended after 28 steps",
            "epoch 2 of 2 begun after 28 steps, 0 samples",
            "rows reset 28, generation 1",
            "steps 29-56",
            "evaluation ended 56",
            "ROWS rate reduced 56 to 0.125",
            "DENSE rate reduced 56 to 0.125",
            "epoch 2 of 2 ended after 56 steps",
            "finished 56, report.json");
  }

  @Test
  void anEvaluationOfASavedModel() {
    TestRun trained = run("train.max-steps=20");
    Report report = trained.train();
    TestRun run = run("model.load=" + trained.directory().resolve("model"));
    var events = new Recorder();
    Path directory = folder.resolve("evaluation");
    try (Trainer trainer =
        Trainer.openToEvaluate(run.config(), TestRun.builtIn(), directory, events)) {
      assertThat(trainer.evaluate().quality()).isEqualTo(report.quality());
    }
    assertThat(events.lines)
        .containsExactly(
            "opened evaluation",
            "started 0 of 0",
            "evaluation begun 0",
            "evaluation ended 0",
            "finished 0, report.json");
    assertThat(events.progress).anyMatch(part -> part.phase().equals("loading the model"));
    assertThat(Report.read(directory.resolve("report.json")).quality()).isEqualTo(report.quality());
  }

  @Test
  void aFailureIsTheLastEvent() {
    TestRun run = run("optimizer.type=sgd", "optimizer.learning-rate=1000000");
    var events = new Recorder();
    try (Trainer trainer = run.open(events)) {
      Throwable thrown = catchThrowable(trainer::train);
      assertThat(thrown).isInstanceOf(NonFiniteLossException.class).isSameAs(events.failure);
    }
    assertThat(events.lines).endsWith("failed");
    assertThat(run.directory().resolve("report.json")).doesNotExist();
  }
}
