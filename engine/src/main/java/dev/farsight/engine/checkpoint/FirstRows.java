package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * The rows that a run begins with: those of a new store, of a checkpoint of its own, of a
 * checkpoint of other processes, or of another run that it repeats.
 */
final class FirstRows {

  private final CheckpointSettings settings;
  private final CheckpointDirectory directory;
  private final CheckpointGroup group;
  private final long runId;

  /** Null if the run starts from the beginning. */
  private final ResumePoint resumed;

  /** The rows of {@link #resumed}, if these are another run's; null otherwise. */
  private final RowReader replayedRows;

  FirstRows(
      CheckpointSettings settings,
      CheckpointDirectory directory,
      CheckpointGroup group,
      long runId,
      ResumePoint resumed,
      RowReader replayedRows) {
    this.settings = settings;
    this.directory = directory;
    this.group = group;
    this.runId = runId;
    this.resumed = resumed;
    this.replayedRows = replayedRows;
  }

  /** Whether the run goes on from a checkpoint of its own, with as many processes. */
  boolean goesOn() {
    return resumed != null && replayedRows == null && !resumed.moved();
  }

  /** Whether it goes on from a checkpoint whose rows other processes had. */
  boolean moved() {
    return resumed != null && resumed.moved();
  }

  /**
   * Brings a store to these rows.
   *
   * @param ownRows which rows are this process's
   * @return keeps the rows of checkpoints from now on
   */
  RowHistory bring(RowStore store, LongPredicate ownRows, DeltaChain deltas) {
    if (moved()) {
      return copyMoved(store, ownRows, deltas);
    }
    boolean persistent = store.identity().isPresent();
    if (goesOn()) {
      requireSameStore(store.identity());
      if (resumed.manifest().digests() == null) {
        losses().write(0, resumed.checkpoint().lossesOfOldFormat());
      }
      // Later checkpoints cannot be read, and their names will be those of new ones.
      directory.setAsideAfter(resumed.step());
      return persistent
          ? UndoHistory.resume(store, directory, runId, resumed.step(), deltas)
          : CopyHistory.resume(store, directory, runId, resumed.manifest().rows(), deltas);
    }
    requireNew(store);
    if (replayedRows != null) {
      RowCopy.copyWritten(replayedRows, store);
    }
    return persistent
        ? new UndoHistory(store, directory, runId, deltas)
        : new CopyHistory(store, directory, runId, List.of(), deltas);
  }

  private LossLog losses() {
    return new LossLog(directory.path());
  }

  /** Copies the rows that this process has from the files of those that had them. */
  private RowHistory copyMoved(RowStore store, LongPredicate ownRows, DeltaChain deltas) {
    requireSameStore(store.identity());
    var run = new CheckpointDirectory(settings.ofRun());
    if (!group.isFirst()) {
      losses().write(0, new CheckpointReader(run, resumed.step()).lossesAfter(0));
    }
    directory.setAsideAfter(resumed.step());
    var history = new CopyHistory(store, directory, runId, List.of(), deltas);
    try (RowReader rows =
        new CheckpointReader(run, resumed.step()).rows(CheckpointReader.unwritten(store.spec()))) {
      RowCopy.copyWritten(rows, ownRows, new SnapshotStore(store, history));
    }
    return history;
  }

  /**
   * @throws FarsightException if a persistent store has rows of an earlier run. One that has none
   *     is as good as new: a run that was killed before its first checkpoint left it
   */
  static void requireNew(RowStore store) {
    Optional<StoreIdentity> identity = store.identity();
    if (identity.isPresent() && !identity.get().created() && store.rowsHeld() > 0) {
      throw new FarsightException(
          identity.get().place()
              + ": contains the rows of an earlier run; continue that run with --resume, choose another location, or delete the store");
    }
  }

  private void requireSameStore(Optional<StoreIdentity> persistent) {
    String savedId = resumed.manifest().store();
    String storeId = persistent.map(StoreIdentity::id).orElse(null);
    if (savedId == null && storeId != null) {
      throw new ConfigException(
          resumed.checkpoint().path()
              + ": contains its rows, as a run with a store in memory writes them; storage.backend was changed");
    }
    if (savedId != null && !savedId.equals(storeId)) {
      throw new FarsightException(
          "%s: its rows are in the store %s, not in %s"
              .formatted(
                  resumed.checkpoint().path(),
                  savedId,
                  persistent
                      .map(p -> p.id() + " (" + p.place() + ")")
                      .orElse("a store in memory")));
    }
    int generation = persistent.map(StoreIdentity::generation).orElse(resumed.generation());
    if (generation != resumed.generation()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: needs rows of generation %d, the store has generation %d",
              resumed.checkpoint().path(),
              resumed.generation(),
              generation));
    }
  }
}
