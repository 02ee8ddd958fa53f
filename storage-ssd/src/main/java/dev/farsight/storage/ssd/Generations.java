package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.store.StoreSpec;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one store that is written, of which one is open:
 *
 * <pre>
 * lock                   held while the store is open; the owner's process id
 * store.json, ...        the generation that the store was made with, as {@link StoreFiles} says
 * generation-1/          a later one: the same files, but the lock
 * </pre>
 *
 * <p>All have the id of the store. Deleting the first one leaves its {@code store.json}, without
 * maps: that is the store's name. A generation is made whole before the one before it is left, and
 * left closed properly. So whenever the process ends, the generations that were left are whole, and
 * a checkpoint finds the one that it needs.
 *
 * <p>Not safe for several threads, except that {@link #keep} may run beside the use of the current
 * files.
 */
final class Generations implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
  private static final Pattern FOLDER = Pattern.compile("generation-(0|[1-9]\\d{0,8})");

  private final Path directory;
  private final ProcessLock lock;
  private final SsdSettings settings;
  private final boolean created;
  private StoreFiles current;

  private Generations(
      Path directory, ProcessLock lock, SsdSettings settings, boolean created, StoreFiles current) {
    this.directory = directory;
    this.lock = lock;
    this.settings = settings;
    this.created = created;
    this.current = current;
  }

  /** Opens a store of one generation, or makes it where there is none. */
  static Generations open(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    ProcessLock lock = DirectoryLock.toWrite(directory);
    try {
      boolean exists = StoreMeta.exists(directory);
      if (exists) {
        requireFirst(directory);
      }
      StoreFiles files =
          exists
              ? StoreFiles.open(directory, spec)
              : StoreFiles.make(
                  directory, spec, settings, UUID.randomUUID().toString(), spec.generations());
      return new Generations(directory, lock, settings, !exists, files);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Opens a generation that the store has; makes nothing where there is none. */
  static Generations reopen(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    requireStore(directory);
    ProcessLock lock = DirectoryLock.toWrite(directory);
    try {
      StoreFiles files = StoreFiles.open(existing(directory, spec), spec);
      return new Generations(directory, lock, settings, false, files);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  static void requireStore(Path directory) {
    if (!StoreMeta.exists(directory)) {
      throw new FarsightException(
          directory + ": holds no store; if it was moved, set storage.ssd.path to where it is now");
    }
  }

  /** A run that begins goes on with the rows of no other one. */
  private static void requireFirst(Path directory) {
    if (StoreMeta.read(directory).deleted() || !later(directory).isEmpty()) {
      throw new FarsightException(
          directory
              + ": contains the rows of an earlier run; continue that run with --resume, choose another location, or delete the store");
    }
  }

  /** Whether a file has a name that stores give to the folders of generations. */
  static boolean isFolder(Path file) {
    return FOLDER.matcher(file.getFileName().toString()).matches();
  }

  /**
   * The directory of the generation that a spec names.
   *
   * @throws FarsightException if the store does not fit the spec, or has no such generation
   */
  static Path existing(Path directory, StoreSpec spec) {
    StoreMeta first = StoreMeta.read(directory);
    first.requireSameRows(directory, spec);
    int generation = spec.initial().generation();
    Path folder = directory(directory, first, generation);
    if (!StoreMeta.exists(folder) || StoreMeta.read(folder).deleted()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has no rows of generation %d (any more); continue from a later checkpoint",
              directory,
              generation));
    }
    if (!StoreMeta.read(folder).id().equals(first.id())) {
      throw Damage.of(StoreMeta.file(folder), "it belongs to another store");
    }
    return folder;
  }

  private static Path directory(Path directory, StoreMeta first, int generation) {
    return generation == first.generation()
        ? directory
        : directory.resolve("generation-" + generation);
  }

  /** The folders of all generations but the first. */
  private static List<Path> later(Path directory) {
    try (var files = Files.newDirectoryStream(directory)) {
      var folders = new ArrayList<Path>();
      for (Path file : files) {
        if (isFolder(file) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(file);
        }
      }
      return folders;
    } catch (IOException e) {
      throw DurableFiles.unreadable(directory, e);
    }
  }

  Path directory() {
    return directory;
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
    Path folder = directory(directory, first(), spec.initial().generation());
    if (folder.equals(directory)) {
      throw new IllegalArgumentException("the first generation can only be returned to");
    }
    try {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        // Of a process that was killed, or of a checkpoint that nobody can return to.
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          throw new NotDirectoryException(folder.toString());
        }
        delete(folder);
      }
      Files.createDirectories(folder);
      DurableFiles.force(directory);
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
    leaveFor(StoreFiles.make(folder, spec, settings, first().id(), 1));
  }

  /** Opens a generation that was left, and leaves the current one. */
  void returnTo(StoreSpec spec) {
    leaveFor(StoreFiles.open(existing(directory, spec), spec));
  }

  private void leaveFor(StoreFiles next) {
    StoreFiles left = current;
    current = next;
    left.close();
  }

  private StoreMeta first() {
    return StoreMeta.read(directory);
  }

  /** Deletes all generations but the current one and these. */
  void keep(Set<Integer> generations) {
    if (!current.directory().equals(directory) && !generations.contains(first().generation())) {
      delete(directory);
    }
    for (Path folder : later(directory)) {
      int generation =
          Integer.parseInt(folder.getFileName().toString().substring("generation-".length()));
      if (!current.directory().equals(folder) && !generations.contains(generation)) {
        delete(folder);
      }
    }
  }

  /** Deletes the files of a generation. If that is interrupted, it is repeated. */
  private void delete(Path folder) {
    boolean isFirst = folder.equals(directory);
    StoreMeta meta = StoreMeta.exists(folder) ? StoreMeta.read(folder) : null;
    if (meta != null && !meta.deleted()) {
      Making.begin(folder, StoreFiles.mapNames(meta));
      if (isFirst) {
        meta.withoutMaps().write(folder);
      } else {
        DurableFiles.deleteDurably(StoreMeta.file(folder));
      }
      LOG.info("{}: rows of generation {} are no longer needed", directory, meta.generation());
    }
    CleanMark.delete(folder);
    Making.removeRemains(folder);
    if (!isFirst) {
      deleteEmpty(folder);
    }
  }

  private static void deleteEmpty(Path folder) {
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      LOG.warn("{}: stays, as it has files of others", folder);
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "cannot be deleted", e);
    }
  }

  /** Bytes of all generations on disk. */
  long bytes() {
    long bytes = first().bytes();
    for (Path folder : later(directory)) {
      bytes += StoreMeta.exists(folder) ? StoreMeta.read(folder).bytes() : 0;
    }
    return bytes;
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
