package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.store.StoreSpec;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

/**
 * A store that is written, of whose generations one is open. Holds the lock of its directory. A
 * generation is made whole before the one before it is left, and left closed properly. So whenever
 * the process ends, the generations that were left are whole, and a checkpoint finds its own.
 *
 * <p>Not safe for several threads, except that {@link #keep} may run beside the use of the current
 * files.
 */
final class Generations implements AutoCloseable {

  private final GenerationFolders folders;
  private final ProcessLock lock;
  private final SsdSettings settings;
  private final boolean created;
  private StoreFiles current;

  private Generations(
      GenerationFolders folders,
      ProcessLock lock,
      SsdSettings settings,
      boolean created,
      StoreFiles current) {
    this.folders = folders;
    this.lock = lock;
    this.settings = settings;
    this.created = created;
    this.current = current;
  }

  /** Opens a store that has but its first generation, or makes it where there is none. */
  static Generations open(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    ProcessLock lock = DirectoryLock.toWrite(directory);
    try {
      var folders = new GenerationFolders(directory);
      boolean exists = StoreMeta.exists(directory);
      if (exists) {
        requireFirst(folders);
      }
      StoreFiles files =
          exists
              ? StoreFiles.open(directory, spec)
              : StoreFiles.make(
                  directory, spec, settings, UUID.randomUUID().toString(), spec.generations());
      return new Generations(folders, lock, settings, !exists, files);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Opens a generation that the store has; makes nothing where there is none. */
  static Generations reopen(StoreSpec spec, SsdSettings settings) {
    var folders = new GenerationFolders(settings.requirePath(spec.own()).toAbsolutePath());
    folders.requireStore();
    ProcessLock lock = DirectoryLock.toWrite(folders.directory());
    try {
      StoreFiles files = StoreFiles.open(folders.existing(spec), spec);
      return new Generations(folders, lock, settings, false, files);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** A run that begins goes on with the rows of no other one. */
  private static void requireFirst(GenerationFolders folders) {
    if (folders.first().deleted() || !folders.later().isEmpty()) {
      throw new FarsightException(
          folders.directory()
              + ": contains the rows of an earlier run; continue that run with --resume, choose another location, or delete the store");
    }
  }

  Path directory() {
    return folders.directory();
  }

  /** Whether opening made the store. */
  boolean created() {
    return created;
  }

  /** The open generation. */
  StoreFiles current() {
    return current;
  }

  /**
   * Makes a generation, deleting what there is of it, and leaves the current one.
   *
   * @param spec of that generation
   */
  void begin(StoreSpec spec) {
    int generation = spec.initial().generation();
    if (folders.of(generation).equals(folders.directory())) {
      throw new IllegalArgumentException("the first generation can only be returned to");
    }
    String id = folders.first().id();
    leaveFor(StoreFiles.make(folders.makeEmpty(generation), spec, settings, id, 1));
  }

  /** Opens a generation that was left, and leaves the current one. */
  void returnTo(StoreSpec spec) {
    leaveFor(StoreFiles.open(folders.existing(spec), spec));
  }

  private void leaveFor(StoreFiles next) {
    StoreFiles left = current;
    current = next;
    left.close();
  }

  /** Deletes all generations but the current one and these. */
  void keep(Set<Integer> generations) {
    keepOrDelete(folders.directory(), generations);
    for (Path folder : folders.later()) {
      keepOrDelete(folder, generations);
    }
  }

  private void keepOrDelete(Path folder, Set<Integer> generations) {
    if (!current.directory().equals(folder)
        && !generations.contains(folders.generationOf(folder))) {
      folders.delete(folder);
    }
  }

  /** Bytes of all generations on disk. */
  long bytes() {
    return folders.bytes();
  }

  /** Leaves the store whole. */
  @Override
  public void close() {
    try {
      current.close();
    } finally {
      lock.close();
    }
  }
}
