package dev.farsight.engine.progress;

import dev.farsight.engine.event.BestRestored;
import dev.farsight.engine.event.CheckpointBegun;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.EpochBegun;
import dev.farsight.engine.event.EpochEnded;
import dev.farsight.engine.event.EvaluationBegun;
import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.LearningRateReduced;
import dev.farsight.engine.event.ListenerException;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RowsReset;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunFailed;
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunFinished;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.event.StoppedEarly;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Keeps the promises of {@link RunListener} to an application's listener: one event at a time, and
 * an exception that names the listener. Any threads.
 */
public final class OrderedListener implements RunListener {

  private final RunListener listener;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param listener the application's
   */
  public OrderedListener(RunListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /** Whether the calling thread is within the application's listener. */
  public boolean isCalling() {
    return lock.isHeldByCurrentThread();
  }

  private <E> void send(String method, BiConsumer<RunListener, E> call, E event) {
    lock.lock();
    try {
      call.accept(listener, event);
    } catch (RuntimeException e) {
      throw new ListenerException(listener, method, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void opened(Path runDirectory) {
    send("opened", RunListener::opened, runDirectory);
  }

  @Override
  public void started(RunStarted started, RunControl run) {
    send("started", (to, event) -> to.started(event, run), started);
  }

  @Override
  public void phase(String what) {
    send("phase", RunListener::phase, what);
  }

  @Override
  public void progress(PhaseProgress progress) {
    send("progress", RunListener::progress, progress);
  }

  @Override
  public void epochBegun(EpochBegun epoch) {
    send("epochBegun", RunListener::epochBegun, epoch);
  }

  @Override
  public void rowsReset(RowsReset reset) {
    send("rowsReset", RunListener::rowsReset, reset);
  }

  @Override
  public void step(StepProgress progress) {
    send("step", RunListener::step, progress);
  }

  @Override
  public boolean wantsFigures() {
    var wants = new AtomicBoolean();
    send("wantsFigures", (to, answer) -> answer.set(to.wantsFigures()), wants);
    return wants.get();
  }

  @Override
  public void figures(RunFigures figures) {
    send("figures", RunListener::figures, figures);
  }

  @Override
  public void evaluationBegun(EvaluationBegun evaluation) {
    send("evaluationBegun", RunListener::evaluationBegun, evaluation);
  }

  @Override
  public void evaluationEnded(EvaluationEnded evaluation) {
    send("evaluationEnded", RunListener::evaluationEnded, evaluation);
  }

  @Override
  public void learningRateReduced(LearningRateReduced reduction) {
    send("learningRateReduced", RunListener::learningRateReduced, reduction);
  }

  @Override
  public void checkpointBegun(CheckpointBegun checkpoint) {
    send("checkpointBegun", RunListener::checkpointBegun, checkpoint);
  }

  @Override
  public void checkpointCompleted(CheckpointCompleted checkpoint) {
    send("checkpointCompleted", RunListener::checkpointCompleted, checkpoint);
  }

  @Override
  public void epochEnded(EpochEnded epoch) {
    send("epochEnded", RunListener::epochEnded, epoch);
  }

  @Override
  public void stoppedEarly(StoppedEarly stop) {
    send("stoppedEarly", RunListener::stoppedEarly, stop);
  }

  @Override
  public void bestRestored(BestRestored best) {
    send("bestRestored", RunListener::bestRestored, best);
  }

  @Override
  public void modelSaved(ModelSaved model) {
    send("modelSaved", RunListener::modelSaved, model);
  }

  @Override
  public void finished(RunFinished end) {
    send("finished", RunListener::finished, end);
  }

  @Override
  public void failed(RunFailed failure) {
    send("failed", RunListener::failed, failure);
  }
}
