package dev.farsight.engine.verify;

import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.Digests;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.ChangedRows;
import dev.farsight.engine.verify.Verdict.LossDifference;
import dev.farsight.engine.verify.Verdict.RowDifference;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Compares one stretch of a run with its replays; {@link Verification} says how. Used once. */
final class Stretch {

  private final RecordedRun recorded;
  private final CheckpointReader start;
  private final long lastStep;
  private final Replays replays;
  private final RunListener progress;
  private final LossCheck losses;
  private final TableSet tables;
  private int checkpointsCompared;
  private long rowsCompared;

  Stretch(
      RecordedRun recorded,
      CheckpointReader start,
      long lastStep,
      Replays replays,
      RunListener progress) {
    this.recorded = recorded;
    this.start = start;
    this.lastStep = lastStep;
    this.replays = replays;
    this.progress = progress;
    losses = new LossCheck(recorded.lossesAfter(start.step()), start.step(), progress);
    tables = replays.rows().spec().tables();
  }

  Verdict verify() {
    Optional<RowDifference> rowDifference;
    try (Replay reference = replays.reference(losses)) {
      losses.stopWith(reference::stop);
      rowDifference = repeat(reference);
    }
    Optional<LossDifference> lossDifference = Optional.empty();
    if (losses.differentStep() >= 0) {
      lossDifference = Optional.of(repeatStep(losses.differentStep()));
      rowDifference = rowsAfter(losses.differentStep());
    }
    return new Verdict(
        start.step() + 1,
        lastStep,
        checkpointsCompared,
        rowsCompared,
        lossDifference,
        rowDifference);
  }

  /** Repeats the stretch; ends at the first loss or checkpoint that differs. */
  private Optional<RowDifference> repeat(Replay reference) {
    List<CheckpointReader> compared = recorded.between(start.step(), lastStep);
    for (long mark : marks(compared)) {
      boolean reached = reference.trainUntil(mark);
      if (losses.differentStep() >= 0) {
        return Optional.empty();
      }
      Replays.require(reached);
      if (compared.stream().anyMatch(c -> c.step() == mark && recorded.beginsEpoch(c))) {
        reference.beginEpochOfNextStep();
      }
      Digests replayed = reference.takeCheckpoint();
      for (CheckpointReader checkpoint : compared) {
        if (checkpoint.step() == mark && !sameRows(checkpoint, replayed)) {
          return Optional.of(differences(checkpoint, reference));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The steps at which the replay takes a checkpoint: at each checkpoint of the run, and at the
   * ones before these, so that its digests are of the same steps.
   */
  private Iterable<Long> marks(List<CheckpointReader> compared) {
    var marks = new TreeSet<Long>(List.of(lastStep));
    for (CheckpointReader checkpoint : compared) {
      marks.add(checkpoint.step());
      checkpoint.digests().ifPresent(digests -> marks.add(digests.since()));
    }
    return marks.tailSet(start.step(), false);
  }

  /** Whether the rows changed before a checkpoint are those of the replay, by their digests. */
  private boolean sameRows(CheckpointReader checkpoint, Digests replayed) {
    Digests digests = checkpoint.digests().orElse(null);
    if (digests == null || digests.since() < start.step()) {
      return true;
    }
    checkpointsCompared++;
    rowsCompared += digests.rows();
    return digests.rows() == replayed.rows() && digests.rowsSum() == replayed.rowsSum();
  }

  private RowDifference differences(CheckpointReader checkpoint, Replay replay) {
    progress.phase("comparing the rows at step " + checkpoint.step());
    try (RowReader rows = recorded.rows(checkpoint)) {
      return new RowDifference(
          checkpoint.step(), Verdict.Rows.of(ChangedRows.between(rows, replay.rows()), tables));
    }
  }

  /** Repeats a step with both configurations, and compares the rows of its batch. */
  private LossDifference repeatStep(long step) {
    Step own;
    try (Replay replay = replays.own(progress)) {
      own = Step.of(replay, step);
    }
    Step reference;
    try (Replay replay = replays.reference(progress)) {
      reference = Step.of(replay, step);
    }
    return new LossDifference(
        step,
        losses.recorded(step),
        losses.differentLoss(),
        own.loss,
        rows(own.before, reference.before),
        rows(own.after, reference.after));
  }

  private Verdict.Rows rows(RowSnapshot own, RowSnapshot reference) {
    return Verdict.Rows.of(own.differences(reference, tables.rows()), tables);
  }

  /** The rows of a step's batch before and after the step, and its loss. */
  private record Step(RowSnapshot before, float loss, RowSnapshot after) {

    static Step of(Replay replay, long step) {
      Replays.require(replay.trainUntil(step - 1));
      RowSnapshot before = replay.rowsOfNextStep();
      Replays.require(replay.trainUntil(step));
      return new Step(before, replay.lastLoss(), before.now(replay.rows()));
    }
  }

  /** The rows that differ at the run's first checkpoint from a step on. */
  private Optional<RowDifference> rowsAfter(long step) {
    for (CheckpointReader checkpoint : recorded.between(step - 1, recorded.lastStep())) {
      try (Replay replay = replays.reference(progress)) {
        Replays.require(replay.trainUntil(checkpoint.step()));
        return Optional.of(differences(checkpoint, replay));
      }
    }
    return Optional.empty();
  }
}
