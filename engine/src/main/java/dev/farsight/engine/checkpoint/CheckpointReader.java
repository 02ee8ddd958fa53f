package dev.farsight.engine.checkpoint;

import dev.farsight.api.store.RowReader;
import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lies in a checkpoint directory, for people and tools; changes nothing. A run may be writing
 * there meanwhile, so that what was listed may be gone when it is opened.
 */
public final class CheckpointReader {

  private final CheckpointDirectory directory;
  private final long step;

  private CheckpointReader(CheckpointDirectory directory, long step) {
    this.directory = directory;
    this.step = step;
  }

  /**
   * The checkpoints in a directory, oldest first; or the one that the path itself is.
   *
   * @throws FarsightException if there is none
   */
  public static List<CheckpointReader> list(Path path) {
    Path given = path.toAbsolutePath().normalize();
    var itself = CheckpointDirectory.stepOf(given);
    if (itself.isPresent() && given.getParent() != null) {
      return List.of(
          new CheckpointReader(new CheckpointDirectory(given.getParent()), itself.getAsLong()));
    }
    var directory = new CheckpointDirectory(given);
    var found = new ArrayList<CheckpointReader>();
    for (long step : directory.steps()) {
      found.add(new CheckpointReader(directory, step));
    }
    if (found.isEmpty()) {
      throw new FarsightException(path + ": holds no checkpoint");
    }
    return found;
  }

  public long step() {
    return step;
  }

  public Path path() {
    return directory.checkpoint(step);
  }

  /**
   * What a checkpoint says of itself.
   *
   * @param modelSeed draws the rows never written
   * @param generation how often all rows had been drawn anew
   * @param rows rows in its files, counted once for each file that has them
   * @param bytes of its own files, and of those that hold its rows
   * @param runDirectory where the run left its files
   * @param store id of the persistent store that holds its rows
   * @param cache the cache whose state it has
   * @param config the run's configuration
   */
  public record Info(
      long step,
      int epoch,
      long samples,
      TableSet tables,
      RowFormat format,
      long modelSeed,
      int generation,
      long rows,
      long bytes,
      Path runDirectory,
      Optional<String> store,
      Optional<String> cache,
      Config config) {}

  /**
   * Reads the checkpoint's own files and checks them.
   *
   * @throws FarsightException if one is missing or damaged
   */
  public Info info() {
    Manifest manifest = Checkpoint.open(path()).manifest();
    long own = manifest.files().values().stream().mapToLong(Manifest.FileDigest::bytes).sum();
    return new Info(
        step,
        manifest.progress().epoch(),
        manifest.progress().samples(),
        manifest.tables(),
        manifest.format(),
        manifest.modelSeed(),
        manifest.generation(),
        manifest.store() == null
            ? manifest.rows().stream().mapToLong(RowLogFile::rows).sum()
            : manifest.held(),
        own + manifest.rows().stream().mapToLong(RowLogFile::bytes).sum(),
        runDirectory(manifest),
        Optional.ofNullable(manifest.store()),
        Optional.ofNullable(manifest.cache()),
        manifest.config());
  }

  /** As the checkpoint says; where that was moved, the folder that its directory lies in. */
  private Path runDirectory(Manifest manifest) {
    Path said = Path.of(manifest.runDirectory());
    return Files.isDirectory(said) ? said : directory.path().toAbsolutePath().getParent();
  }

  /** The dense parameters. */
  public DenseValues dense() {
    return Checkpoint.open(path()).dense();
  }

  /**
   * Fills an empty store in memory with the rows of the checkpoint, whose files hold them.
   *
   * @throws FarsightException if a persistent store holds them
   */
  public void fill(RowStore store) {
    Manifest manifest = Checkpoint.open(path()).manifest();
    if (manifest.store() != null) {
      throw new FarsightException(
          "%s: its rows are in the store %s".formatted(path(), manifest.store()));
    }
    CopiedRows.resume(store, directory, manifest.run(), manifest.rows());
  }

  /**
   * The rows of the checkpoint, which a persistent store holds.
   *
   * @param store that store, which is not changed
   */
  public RowReader rows(RowReader store) {
    Manifest manifest = Checkpoint.open(path()).manifest();
    String there = store.identity().map(StoreIdentity::id).orElse("in memory");
    if (!there.equals(String.valueOf(manifest.store()))) {
      throw new FarsightException(
          "%s: its rows are in the store %s, not in %s".formatted(path(), manifest.store(), there));
    }
    return new UndoneView(store, directory, manifest.run(), step);
  }

  /**
   * Reads everything that resuming from this checkpoint needs, but for a persistent store itself.
   *
   * @throws FarsightException if something is missing or damaged
   */
  public void verify() {
    RowLogFiles.check(Checkpoint.open(path()).manifest(), step, directory);
  }
}
