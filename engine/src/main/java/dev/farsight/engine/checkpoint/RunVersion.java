package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowWeights;
import dev.farsight.engine.model.ModelFacts;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One checkpoint of a {@link FollowedRun}. Its description and dense parameters are in memory; rows
 * are read from files when they are asked for, each once from front to back, with every checksum
 * compared. Memory: 2 MiB while rows are read.
 *
 * <p>Thread-safe: immutable, and each call opens its files anew.
 */
public final class RunVersion {

  private final CheckpointDirectory directory;
  private final Manifest manifest;
  private final DenseValues dense;
  private final ModelFacts facts;

  /** Receives rows, one after the other. */
  @FunctionalInterface
  public interface RowSink {

    /**
     * @param table position of the table
     * @param index index of the row in its table
     * @param weights the row's weights; valid until this call returns
     */
    void row(int table, int index, float[] weights);
  }

  private RunVersion(
      CheckpointDirectory directory, Manifest manifest, DenseValues dense, ModelFacts facts) {
    this.directory = directory;
    this.manifest = manifest;
    this.dense = dense;
    this.facts = facts;
  }

  static RunVersion open(CheckpointDirectory directory, long step) {
    try {
      Checkpoint checkpoint = Checkpoint.openForFollower(directory.checkpoint(step));
      if (checkpoint.manifest().deltas() == null) {
        throw new FarsightException(
            checkpoint.path()
                + ": has no deltas, so the run cannot be followed: resume it with checkpoint.deltas = true");
      }
      return new RunVersion(
          directory, checkpoint.manifest(), checkpoint.dense(), checkpoint.facts());
    } catch (FarsightException e) {
      if (Files.exists(directory.checkpoint(step))) {
        throw e;
      }
      throw gone(directory, step, e);
    }
  }

  private static VersionGoneException gone(
      CheckpointDirectory directory, long step, FarsightException cause) {
    return new VersionGoneException(
        String.format(
            Locale.ROOT,
            "%s: there is no checkpoint of step %d any more; take the newest one",
            directory.path(),
            step),
        cause);
  }

  /** Steps trained before it: the version's number. */
  public long step() {
    return manifest.progress().steps();
  }

  /** The run's id, in hexadecimal. It stays when the run is resumed. */
  public String run() {
    return Long.toHexString(manifest.runId());
  }

  /** The tables and the row format, and the values of rows that were never written. */
  public InitialRows initial() {
    return manifest.initial();
  }

  /** The dense parameters and their optimizer state. */
  public DenseValues dense() {
    return dense;
  }

  /** What the model has beside its weights: settings, features, tape, what the data is like. */
  public ModelFacts facts() {
    return facts;
  }

  /**
   * The folder with what the data is like, which all checkpoints of the run share; empty if there
   * is none. It stays when the run deletes this checkpoint.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public Optional<Path> fitted() {
    return Checkpoint.fitted(directory, manifest);
  }

  /** How many rows {@link #load} gives; a row in several files counts several times. */
  public long rows() {
    return manifest.deltas().rows();
  }

  /** How many rows {@link #advance} gives, if it can. */
  public long rowsChangedSince(RunVersion earlier) {
    return manifest.deltas().after(earlier.step()).stream().mapToLong(d -> d.file().rows()).sum();
  }

  /**
   * Gives all rows that were ever written, to a copy of the tables in which all rows have their
   * {@linkplain #initial initial} values. A row may come several times; the last one counts.
   *
   * @throws VersionGoneException if the run has deleted files of this version
   * @throws FarsightException if a file is damaged or missing
   */
  public void load(RowSink sink) {
    Deltas deltas = manifest.deltas();
    read(RowLog.BASE, deltas.base(), sink);
    readDeltas(deltas.base().step(), sink);
  }

  /**
   * Why {@link #advance} cannot lead here from another version, in one line; empty if it can. Reads
   * no file.
   */
  public Optional<String> obstacle(RunVersion from) {
    if (from.manifest.runId() != manifest.runId()) {
      return obstacle("is of another run than the version of step " + from.step());
    }
    if (from.manifest.generation() != manifest.generation()) {
      return obstacle("all rows were drawn anew since step " + from.step());
    }
    if (from.step() > step()) {
      return obstacle("the run was resumed from a checkpoint before step " + from.step());
    }
    if (from.step() == step()) {
      return chain(from).equals(chain(this))
          ? Optional.empty()
          : obstacle("the run was resumed from an earlier checkpoint, and came to another state");
    }
    List<Deltas.Delta> deltas = manifest.deltas().deltas();
    if (deltas.isEmpty() || from.step() < deltas.get(0).since()) {
      return obstacle("there are no deltas from step " + from.step() + " on any more");
    }
    return deltas.stream()
            .anyMatch(d -> d.since() == from.step() && d.sinceChain().equals(chain(from)))
        ? Optional.empty()
        : obstacle("the run was resumed from a checkpoint before step " + from.step());
  }

  private static String chain(RunVersion version) {
    return version.manifest.digests().chain();
  }

  private Optional<String> obstacle(String reason) {
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: %s: load this version in full",
            directory.checkpoint(step()),
            reason));
  }

  /**
   * Gives the rows that changed since another version, to a copy of the tables that has its rows. A
   * row may come several times; the last one counts.
   *
   * @throws FullLoadException if there is an {@link #obstacle}; no row was given
   * @throws VersionGoneException if the run has deleted files of this version
   * @throws FarsightException if a file is damaged or missing
   */
  public void advance(RunVersion from, RowSink sink) {
    Optional<String> obstacle = obstacle(from);
    if (obstacle.isPresent()) {
      throw new FullLoadException(obstacle.get());
    }
    readDeltas(from.step(), sink);
  }

  /**
   * Reads all that {@link #advance} would read, and gives no row: for followers that change rows in
   * place.
   *
   * @throws FarsightException as {@code advance} would
   */
  public void check(RunVersion from) {
    advance(from, (table, index, weights) -> {});
  }

  private void readDeltas(long afterStep, RowSink sink) {
    for (Deltas.Delta delta : manifest.deltas().after(afterStep)) {
      read(RowLog.DELTA, delta.file(), sink);
    }
  }

  private void read(int kind, Deltas.File file, RowSink sink) {
    var weights = new RowWeights(manifest.format());
    var row = new float[manifest.format().dim()];
    try {
      WeightFiles.read(
          directory,
          manifest,
          kind,
          file,
          (table, index, values, firstWord) -> {
            weights.get(values, firstWord, row);
            sink.row(table, index, row);
          });
    } catch (FarsightException e) {
      if (e.getCause() instanceof NoSuchFileException
          && !Files.exists(directory.checkpoint(step()))) {
        throw gone(directory, step(), e);
      }
      throw e;
    }
  }
}
