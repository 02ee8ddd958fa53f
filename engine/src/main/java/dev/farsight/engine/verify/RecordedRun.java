package dev.farsight.engine.verify;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The checkpoints of the run to verify, and the rows that they refer to. Changes nothing. */
final class RecordedRun implements AutoCloseable {

  private final NavigableMap<Long, CheckpointReader> checkpoints = new TreeMap<>();
  private final CheckpointReader.Info last;
  private final Components components;

  /** The rows that checkpoints refer to, by generation; opened when they are needed. */
  private final Map<Integer, RowReader> stores = new TreeMap<>();

  /**
   * @param path the run's folder, the folder of its checkpoints, or one checkpoint
   */
  RecordedRun(Path path, Components components) {
    Path checkpointFolder = path.resolve("checkpoints");
    List<CheckpointReader> found =
        CheckpointReader.list(Files.isDirectory(checkpointFolder) ? checkpointFolder : path);
    found.forEach(checkpoint -> checkpoints.put(checkpoint.step(), checkpoint));
    checkpoints.lastEntry().getValue().requireOneProcess("verify the run");
    last = checkpoints.lastEntry().getValue().info();
    this.components = components;
  }

  /** The persistent store that holds the rows; a reader of initial rows if there is none. */
  private RowReader openStore(int generation) {
    var farsight = Settings.of("farsight", last.config());
    Settings storage = farsight.section("storage");
    var spec =
        new StoreSpec(
            last.tables(),
            last.format(),
            last.initial().ofGeneration(generation),
            storage.section(storage.string("backend")),
            1,
            last.runDirectory());
    return last.store().isEmpty()
        ? CheckpointReader.unwritten(spec)
        : components.store(farsight).openReader(spec);
  }

  /** The resolved section {@code farsight} of the run's configuration. */
  Config config() {
    return last.config();
  }

  /** The last step that the run has recorded. */
  long lastStep() {
    return checkpoints.lastKey();
  }

  /**
   * The checkpoint to start from.
   *
   * @param step its step; if empty, the last one but one is used, so that the last one can be
   *     compared
   */
  CheckpointReader start(OptionalLong step) {
    if (step.isPresent()) {
      CheckpointReader checkpoint = checkpoints.get(step.getAsLong());
      if (checkpoint == null) {
        throw new FarsightException(
            "there is no checkpoint of step " + step.getAsLong() + "; there are " + steps());
      }
      return requireDigests(checkpoint);
    }
    Long lastButOne = checkpoints.lowerKey(lastStep());
    if (lastButOne == null) {
      throw new FarsightException(
          "there is only the checkpoint of step "
              + lastStep()
              + ": nothing was recorded after it; keep more of them (checkpoint.keep)");
    }
    return requireDigests(checkpoints.get(lastButOne));
  }

  private static CheckpointReader requireDigests(CheckpointReader checkpoint) {
    if (checkpoint.digests().isEmpty()) {
      throw new FarsightException(
          checkpoint.path() + ": was written by a version of Farsight that recorded no digests");
    }
    return checkpoint;
  }

  private String steps() {
    return String.join(
        ", ", checkpoints.keySet().stream().map(step -> Long.toString(step)).toList());
  }

  /** The checkpoints after a step up to another, oldest first. */
  List<CheckpointReader> between(long afterStep, long toStep) {
    return List.copyOf(checkpoints.subMap(afterStep, false, toStep, true).values());
  }

  /** The losses after a step, up to the last recorded step. */
  float[] lossesAfter(long step) {
    return checkpoints.lastEntry().getValue().lossesAfter(step);
  }

  /** The rows of a checkpoint. To be closed before this object. */
  RowReader rows(CheckpointReader checkpoint) {
    return checkpoint.rows(stores.computeIfAbsent(checkpoint.info().generation(), this::openStore));
  }

  /** Whether a checkpoint was taken after rows were drawn anew and before the next step. */
  boolean beginsEpoch(CheckpointReader checkpoint) {
    return checkpoint.info().rowsDrawnStep() == checkpoint.step() && checkpoint.step() > 0;
  }

  @Override
  public void close() {
    Closing.all(stores.values().toArray(AutoCloseable[]::new));
  }
}
