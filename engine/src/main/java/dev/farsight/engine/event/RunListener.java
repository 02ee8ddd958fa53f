package dev.farsight.engine.event;

import java.nio.file.Path;

/**
 * Receives the events of a run. Every method does nothing by default.
 *
 * <p><b>Order.</b> Opening a trainer gives {@link #opened}, then phases and their progress.
 * Training gives
 *
 * <pre>
 * started
 *   checkpoint (of the first step, if checkpoints are taken)
 *   for each epoch
 *     epochBegun, rowsReset (if rows are reset)
 *       step, and when they are due: evaluation, checkpoint
 *     evaluation (if one is due at the end of an epoch)
 *     epochEnded
 *   stoppedEarly (if evaluations no longer improve)
 *   checkpoint (if steps were trained since the last one)
 *   modelSaved
 *   evaluation (unless the last one was of this model)
 *   bestRestored, modelSaved, evaluation (if the run goes back to its best evaluation)
 * finished
 * </pre>
 *
 * where <i>evaluation</i> is {@link #evaluationBegun} and {@link #evaluationEnded}, with {@link
 * #learningRateReduced} after it if it leads to that; and <i>checkpoint</i> is {@link
 * #checkpointBegun}. {@link #checkpointCompleted} follows as soon as the checkpoint is on disk,
 * between any of the others, but before the next checkpoint begins and before the model is saved.
 * After a failure, {@link #failed} is the last event, in place of all that would follow. {@link
 * #phase} and {@link #progress} are for people; their words and number may change. {@link #figures}
 * follows some steps, as time has it.
 *
 * <p><b>Threads.</b> Events come on the run's own threads, not on the caller's. They never overlap:
 * each is seen by the next, whatever its thread, so a listener of one run needs no lock of its own.
 * Training waits for a listener, so it must return quickly.
 *
 * <p><b>Exceptions.</b> A listener that throws a {@link RuntimeException} fails the run: it ends as
 * after any other failure, with every trained row in the store, and the exception that {@code
 * train()} or {@code evaluate()} throws names the listener's class and method. What is on disk by
 * then stays, and is whole. An {@link Error} is not caught.
 */
public interface RunListener {

  /** Ignores all events. */
  RunListener NONE = new RunListener() {};

  /**
   * The run has locked its directory: from now on its files belong to this run.
   *
   * @param runDirectory the folder of the run's files
   */
  default void opened(Path runDirectory) {}

  /** A new part of the run begins, such as "training"; a few words for people. */
  default void phase(String what) {}

  /**
   * A long part of the run has got further: at most ten times a second, and once at its end. Parts
   * that are over soon, and training itself, send none.
   */
  default void progress(PhaseProgress progress) {}

  /**
   * Training or evaluation begins.
   *
   * @param run lets the listener stop the run, now or later
   */
  default void started(RunStarted started, RunControl run) {}

  /** An epoch begins. */
  default void epochBegun(EpochBegun epoch) {}

  /** All rows were drawn anew. */
  default void rowsReset(RowsReset reset) {}

  /** A training step is done. */
  default void step(StepProgress progress) {}

  /** Whether {@link #figures} is of use, which costs some microseconds a step. Asked once. */
  default boolean wantsFigures() {
    return false;
  }

  /**
   * What training has counted so far: after a step, about twice a second, and once after the last
   * step. Told to listeners that {@linkplain #wantsFigures want} it.
   */
  default void figures(RunFigures figures) {}

  /** An evaluation begins. */
  default void evaluationBegun(EvaluationBegun evaluation) {}

  /** An evaluation is done. */
  default void evaluationEnded(EvaluationEnded evaluation) {}

  /** A learning rate was reduced after an evaluation. */
  default void learningRateReduced(LearningRateReduced reduction) {}

  /** A checkpoint is being taken. */
  default void checkpointBegun(CheckpointBegun checkpoint) {}

  /** A checkpoint is on disk. */
  default void checkpointCompleted(CheckpointCompleted checkpoint) {}

  /** An epoch has ended. */
  default void epochEnded(EpochEnded epoch) {}

  /** Evaluations no longer improve, so training ends. */
  default void stoppedEarly(StoppedEarly stop) {}

  /** The run has gone back to the model of its best evaluation. */
  default void bestRestored(BestRestored best) {}

  /** A model is on disk. */
  default void modelSaved(ModelSaved model) {}

  /** Training or evaluation has ended, and its report is written. */
  default void finished(RunFinished end) {}

  /** Training or evaluation has failed. An exception of this method is suppressed. */
  default void failed(RunFailed failure) {}
}
