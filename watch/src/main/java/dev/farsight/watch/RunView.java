package dev.farsight.watch;

import dev.farsight.engine.Version;
import dev.farsight.engine.event.BestRestored;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.EpochBegun;
import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.LearningRateReduced;
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
import dev.farsight.engine.metrics.Quality;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What is known of a run: its newest figures, and their course in a bounded number of points. Takes
 * the events of the run on one thread; any thread may read. Memory: some 200 KiB, whatever the
 * length of the run.
 */
public final class RunView implements RunListener {

  private static final int MOST_MESSAGES = 20;

  /** The columns of the course of training, after the step. */
  static final List<String> TRAINING =
      List.of(
          "loss",
          "samples_per_second",
          "iterations_per_second",
          "hit_ratio",
          "row_hit_ratio",
          "row_limit",
          "loaded_bytes_per_step",
          "written_back_bytes_per_step");

  /** The columns of the course of evaluations, after the step. */
  static final List<String> EVALUATIONS =
      List.of("auroc", "auprc", "logloss", "normalised_entropy", "calibration", "accuracy", "gauc");

  private final History training = new History(TRAINING.size());
  private final History evaluations = new History(EVALUATIONS.size());
  private final Deque<String> messages = new ArrayDeque<>();

  private String directory = "";
  private String state = "opening";
  private String phase = "opening";
  private PhaseProgress progress;
  private EpochBegun epoch;
  private long steps;
  private StepProgress step;
  private double lossSum;
  private long lossCount;
  private RunFigures figures;
  private Pace pace = Pace.NONE;
  private long checkpoints;
  private CheckpointCompleted checkpoint;
  private EvaluationEnded evaluation;
  private long version;

  /** A reader of the course. */
  record Cursors(History.Cursor training, History.Cursor evaluations) {
    static final Cursors START = new Cursors(History.Cursor.START, History.Cursor.START);
  }

  /**
   * What a reader lacks.
   *
   * @param next where the next call goes on
   * @param json null if there is nothing new
   */
  record Update(Cursors next, long version, String json) {}

  @Override
  public synchronized void opened(Path runDirectory) {
    directory = runDirectory.toString();
    version++;
  }

  @Override
  public synchronized void started(RunStarted started, RunControl run) {
    state = "running";
    steps = started.steps();
    version++;
    if (started.step() > 0) {
      tell(started.step(), "resumed");
    }
  }

  @Override
  public synchronized void phase(String what) {
    phase = what;
    progress = null;
    version++;
  }

  @Override
  public synchronized void progress(PhaseProgress part) {
    progress = part;
    version++;
  }

  @Override
  public synchronized void epochBegun(EpochBegun begun) {
    epoch = begun;
    version++;
  }

  @Override
  public synchronized void step(StepProgress done) {
    step = done;
    steps = done.steps();
    if (Float.isFinite(done.loss())) {
      lossSum += done.loss();
      lossCount++;
    }
  }

  @Override
  public synchronized void figures(RunFigures now) {
    pace = Pace.between(figures, now);
    figures = now;
    if (pace.steps() > 0) {
      training.add(
          now.step(),
          lossCount == 0 ? Double.NaN : lossSum / lossCount,
          pace.samplesPerSecond(),
          pace.stepsPerSecond(),
          pace.hitRatio(),
          now.rowBound().hitRatio(),
          now.rowBound().limit(),
          pace.loadedBytesPerStep(),
          pace.writtenBackBytesPerStep());
      lossSum = 0;
      lossCount = 0;
    }
    version++;
  }

  @Override
  public synchronized void evaluationEnded(EvaluationEnded ended) {
    evaluation = ended;
    version++;
    ended
        .quality()
        .ifPresent(
            q ->
                evaluations.add(
                    ended.step(),
                    q.auroc(),
                    q.auprc(),
                    q.logloss(),
                    q.normalisedEntropy(),
                    q.calibration(),
                    q.accuracy(),
                    q.gauc()));
  }

  @Override
  public synchronized void checkpointCompleted(CheckpointCompleted completed) {
    checkpoint = completed;
    checkpoints++;
    version++;
  }

  @Override
  public void rowsReset(RowsReset reset) {
    tell(reset.step(), "all rows were drawn anew");
  }

  @Override
  public void learningRateReduced(LearningRateReduced reduced) {
    tell(
        reduced.step(),
        reduced.metric()
            + " no longer improves: learning rate of "
            + (reduced.parameters() == LearningRateReduced.Parameters.ROWS ? "rows " : "the rest ")
            + reduced.learningRate());
  }

  @Override
  public void stoppedEarly(StoppedEarly stop) {
    tell(
        stop.step(), "stopped early: " + stop.metric() + " was best after step " + stop.bestStep());
  }

  @Override
  public void bestRestored(BestRestored best) {
    tell(best.step(), "the model of this step, the best one, is restored");
  }

  @Override
  public void finished(RunFinished end) {
    end(end.stopped() ? "stopped" : "finished");
  }

  @Override
  public void failed(RunFailed failure) {
    tell(newestStep(), "failed: " + failure.failure().getMessage());
    end("failed");
  }

  /** The run is over, however it ended: one that could not be opened, too. */
  public synchronized void closed() {
    if (!isOver()) {
      end("ended");
    }
  }

  private synchronized void end(String how) {
    state = how;
    phase = how;
    progress = null;
    version++;
  }

  private synchronized void tell(long atStep, String message) {
    if (messages.size() == MOST_MESSAGES) {
      messages.removeFirst();
    }
    messages.addLast("step " + atStep + ": " + message);
    version++;
  }

  private synchronized long newestStep() {
    return step == null ? 0 : step.step();
  }

  private boolean isOver() {
    return List.of("finished", "stopped", "failed", "ended").contains(state);
  }

  /** What training has counted; null before its first figures. */
  synchronized RunFigures figures() {
    return figures;
  }

  /** The last step; null before the first. */
  synchronized StepProgress lastStep() {
    return step;
  }

  /** The last evaluation; null before the first. */
  synchronized EvaluationEnded lastEvaluation() {
    return evaluation;
  }

  /** The last checkpoint; null before the first. */
  synchronized CheckpointCompleted lastCheckpoint() {
    return checkpoint;
  }

  synchronized long checkpoints() {
    return checkpoints;
  }

  /** The state as JSON, with the points that a reader lacks. */
  synchronized Update after(Cursors cursors, long seenVersion) {
    if (seenVersion == version) {
      return new Update(cursors, version, null);
    }
    History.News train = training.after(cursors.training());
    History.News eval = evaluations.after(cursors.evaluations());
    Json json =
        new Json()
            .put("run", directory)
            .put("version", Version.number())
            .put("state", state)
            .put("over", isOver())
            .put("phase", phase)
            .put("progress", progressJson())
            .put("epoch", epoch == null ? null : epoch.epoch())
            .put("epochs", epoch == null ? null : epoch.epochs())
            .put("step", step == null ? null : step.step())
            .put("steps", steps == 0 ? null : steps)
            .put("checkpoints", checkpoints)
            .put("checkpoint_step", checkpoint == null ? null : checkpoint.step())
            .put("messages", List.copyOf(messages))
            .put("quality", evaluation == null ? null : qualityJson())
            .put("figures", figures == null ? null : FiguresJson.of(figures, pace))
            .put("training", historyJson(TRAINING, train))
            .put("evaluations", historyJson(EVALUATIONS, eval));
    return new Update(new Cursors(train.cursor(), eval.cursor()), version, json.text());
  }

  private Json progressJson() {
    return progress == null
        ? null
        : new Json()
            .put("done", progress.done())
            .put("total", progress.total())
            .put("unit", progress.unit());
  }

  private Json qualityJson() {
    Quality quality = evaluation.quality().orElse(null);
    return quality == null
        ? null
        : new Json()
            .put("step", evaluation.step())
            .put("auroc", quality.auroc())
            .put("logloss", quality.logloss());
  }

  private static Json historyJson(List<String> columns, History.News news) {
    return new Json().put("columns", columns).put("all", news.all()).put("points", news.points());
  }
}
