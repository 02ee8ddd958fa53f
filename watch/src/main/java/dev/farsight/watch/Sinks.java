package dev.farsight.watch;

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
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunFinished;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.event.StoppedEarly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of a run to sinks, on a thread of its own, so that no sink can block or fail the
 * run. Events wait in a bounded queue: if it is full, they are dropped and counted. A sink that
 * throws is logged once and gets no more events.
 *
 * <p>An event costs the run the allocation of a small object and a place in the queue. The events
 * come one at a time, as {@link RunListener} promises; each sink gets them in the same way.
 */
final class Sinks implements RunListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sinks.class);

  private static final int CAPACITY = 4096;

  /** Places that steps leave free: what is rare matters more. */
  private static final int KEPT_FREE = CAPACITY / 4;

  private static final long CLOSE_MILLIS = 5_000;

  private final BlockingQueue<Consumer<RunListener>> events = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong dropped = new AtomicLong();
  private final RunListener own;
  private final List<RunListener> sinks;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param own receives each event first, on the run's own thread, as if there were no sinks
   * @param sinks receive events on one thread; those that are {@link AutoCloseable} are closed
   *     there
   */
  Sinks(RunListener own, List<? extends RunListener> sinks) {
    this.own = own;
    this.sinks = new ArrayList<>(sinks);
    thread = new Thread(this::pass, "farsight-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Events that no sink has seen, because the queue was full. */
  long dropped() {
    return dropped.get();
  }

  /** Waits some seconds until the sinks have seen all events, and closes them. */
  @Override
  public void close() {
    closing = true;
    // Wakes the thread if it waits; if the queue is full, it does not wait.
    events.offer(sink -> {});
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("what watches the run is slow; its last events are left out");
    }
    if (dropped() > 0) {
      LOG.warn("{} events were dropped by what watches the run, which was too slow", dropped());
    }
  }

  private void pass() {
    try {
      while (!closing || !events.isEmpty()) {
        Consumer<RunListener> event = events.take();
        attempt(event);
      }
    } catch (InterruptedException e) {
      // Nobody does that; the sinks are closed all the same.
      Thread.currentThread().interrupt();
    }
    attempt(Sinks::closeSink);
  }

  private void attempt(Consumer<RunListener> event) {
    sinks.removeIf(
        sink -> {
          try {
            event.accept(sink);
            return false;
          } catch (RuntimeException | LinkageError e) {
            LOG.warn("{} failed, the run goes on without it", sink.getClass().getSimpleName(), e);
            closeSink(sink);
            return true;
          }
        });
  }

  private static void closeSink(RunListener sink) {
    if (sink instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn("{} could not be closed", sink.getClass().getSimpleName(), e);
      }
    }
  }

  private void offer(Consumer<RunListener> event) {
    if (!events.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void step(StepProgress progress) {
    own.step(progress);
    if (events.remainingCapacity() > KEPT_FREE) {
      offer(sink -> sink.step(progress));
    } else {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void opened(Path runDirectory) {
    own.opened(runDirectory);
    offer(sink -> sink.opened(runDirectory));
  }

  @Override
  public void phase(String what) {
    own.phase(what);
    offer(sink -> sink.phase(what));
  }

  @Override
  public void progress(PhaseProgress progress) {
    own.progress(progress);
    offer(sink -> sink.progress(progress));
  }

  @Override
  public void started(RunStarted started, RunControl run) {
    own.started(started, run);
    offer(sink -> sink.started(started, run));
  }

  @Override
  public void epochBegun(EpochBegun epoch) {
    own.epochBegun(epoch);
    offer(sink -> sink.epochBegun(epoch));
  }

  @Override
  public void rowsReset(RowsReset reset) {
    own.rowsReset(reset);
    offer(sink -> sink.rowsReset(reset));
  }

  @Override
  public boolean wantsFigures() {
    return true;
  }

  @Override
  public void figures(RunFigures figures) {
    own.figures(figures);
    offer(sink -> sink.figures(figures));
  }

  @Override
  public void evaluationBegun(EvaluationBegun evaluation) {
    own.evaluationBegun(evaluation);
    offer(sink -> sink.evaluationBegun(evaluation));
  }

  @Override
  public void evaluationEnded(EvaluationEnded evaluation) {
    own.evaluationEnded(evaluation);
    offer(sink -> sink.evaluationEnded(evaluation));
  }

  @Override
  public void learningRateReduced(LearningRateReduced reduction) {
    own.learningRateReduced(reduction);
    offer(sink -> sink.learningRateReduced(reduction));
  }

  @Override
  public void checkpointBegun(CheckpointBegun checkpoint) {
    own.checkpointBegun(checkpoint);
    offer(sink -> sink.checkpointBegun(checkpoint));
  }

  @Override
  public void checkpointCompleted(CheckpointCompleted checkpoint) {
    own.checkpointCompleted(checkpoint);
    offer(sink -> sink.checkpointCompleted(checkpoint));
  }

  @Override
  public void epochEnded(EpochEnded epoch) {
    own.epochEnded(epoch);
    offer(sink -> sink.epochEnded(epoch));
  }

  @Override
  public void stoppedEarly(StoppedEarly stop) {
    own.stoppedEarly(stop);
    offer(sink -> sink.stoppedEarly(stop));
  }

  @Override
  public void bestRestored(BestRestored best) {
    own.bestRestored(best);
    offer(sink -> sink.bestRestored(best));
  }

  @Override
  public void modelSaved(ModelSaved model) {
    own.modelSaved(model);
    offer(sink -> sink.modelSaved(model));
  }

  @Override
  public void finished(RunFinished end) {
    own.finished(end);
    offer(sink -> sink.finished(end));
  }

  @Override
  public void failed(RunFailed failure) {
    own.failed(failure);
    offer(sink -> sink.failed(failure));
  }
}
