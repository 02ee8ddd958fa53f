package dev.farsight.engine;

import dev.farsight.engine.event.BestRestored;
import dev.farsight.engine.event.CheckpointBegun;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.EpochBegun;
import dev.farsight.engine.event.EpochEnded;
import dev.farsight.engine.event.EvaluationBegun;
import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.LearningRateReduced;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RowsReset;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunFailed;
import dev.farsight.engine.event.RunFinished;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.event.StoppedEarly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down the events of a run: those with a fixed order in {@link #lines}, with steps that
 * follow each other in one line; completed checkpoints apart.
 */
class RecordedEvents implements RunListener {

  final List<String> lines = new ArrayList<>();
  final List<CheckpointCompleted> checkpoints = new ArrayList<>();
  final List<EvaluationEnded> evaluations = new ArrayList<>();
  final List<PhaseProgress> progress = new ArrayList<>();
  final List<String> phases = new ArrayList<>();
  Throwable failure;

  /** Whether an event came while a listener was still busy with another one. */
  boolean overlapped;

  private Thread busy;
  private long firstStep = -1;
  private long lastStep;

  private void add(String line) {
    begin();
    if (firstStep >= 0) {
      lines.add("steps " + firstStep + "-" + lastStep);
      firstStep = -1;
    }
    lines.add(line);
    busy = null;
  }

  private void begin() {
    overlapped |= busy != null;
    busy = Thread.currentThread();
    Thread.yield();
  }

  @Override
  public void opened(Path runDirectory) {
    add("opened " + runDirectory.getFileName());
  }

  @Override
  public void phase(String what) {
    phases.add(what);
  }

  @Override
  public void progress(PhaseProgress part) {
    progress.add(part);
  }

  @Override
  public void started(RunStarted started, RunControl run) {
    add("started " + started.step() + " of " + started.steps());
  }

  @Override
  public void epochBegun(EpochBegun epoch) {
    add(
        "epoch %d of %d begun after %d steps, %d samples"
            .formatted(epoch.epoch(), epoch.epochs(), epoch.step(), epoch.samples()));
  }

  @Override
  public void rowsReset(RowsReset reset) {
    add("rows reset " + reset.step() + ", generation " + reset.generation());
  }

  @Override
  public void step(StepProgress step) {
    begin();
    firstStep = firstStep < 0 ? step.step() : firstStep;
    lastStep = step.step();
    busy = null;
  }

  @Override
  public void evaluationBegun(EvaluationBegun evaluation) {
    add("evaluation begun " + evaluation.step());
  }

  @Override
  public void evaluationEnded(EvaluationEnded evaluation) {
    evaluations.add(evaluation);
    add("evaluation ended " + evaluation.step());
  }

  @Override
  public void learningRateReduced(LearningRateReduced reduction) {
    add(
        "%s rate reduced %d to %s"
            .formatted(reduction.parameters(), reduction.step(), reduction.learningRate()));
  }

  @Override
  public void checkpointBegun(CheckpointBegun checkpoint) {
    add("checkpoint " + checkpoint.step());
  }

  @Override
  public void checkpointCompleted(CheckpointCompleted checkpoint) {
    begin();
    checkpoints.add(checkpoint);
    busy = null;
  }

  @Override
  public void epochEnded(EpochEnded epoch) {
    add(
        "epoch %d of %d ended after %d steps%s"
            .formatted(
                epoch.epoch(),
                epoch.epochs(),
                epoch.step(),
                epoch.complete() ? "" : ", incomplete"));
  }

  @Override
  public void stoppedEarly(StoppedEarly stop) {
    add(
        "stopped early %d: %s best at %d, patience %d"
            .formatted(stop.step(), stop.metric(), stop.bestStep(), stop.patience()));
  }

  @Override
  public void bestRestored(BestRestored best) {
    add("best restored " + best.step());
  }

  @Override
  public void modelSaved(ModelSaved model) {
    add(model.path().getFileName() + " saved " + model.step());
  }

  @Override
  public void finished(RunFinished end) {
    add(
        "finished %d%s, %s"
            .formatted(end.step(), end.stopped() ? ", stopped" : "", end.report().getFileName()));
  }

  @Override
  public void failed(RunFailed failed) {
    failure = failed.failure();
    add("failed");
  }
}
