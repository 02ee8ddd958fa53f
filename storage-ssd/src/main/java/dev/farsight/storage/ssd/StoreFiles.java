package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.internal.Sizes;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one store, locked, checked and opened.
 *
 * <pre>
 * lock            held while the store is open; the owner's process id
 * store.json      what the store was made with
 * rows-0.map ...  the rows, spread by a hash of the row id
 * written.rows    which rows there are; only while the store is closed and whole
 * </pre>
 */
final class StoreFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

  private final Path directory;
  private final ProcessLock lock;
  private final StoreMeta meta;
  private final boolean created;
  private final boolean readOnly;
  private final RowMapFile[] maps;
  private final RowBits written;

  private StoreFiles(
      Path directory,
      ProcessLock lock,
      StoreMeta meta,
      boolean created,
      boolean readOnly,
      RowMapFile[] maps,
      RowBits written) {
    this.directory = directory;
    this.lock = lock;
    this.meta = meta;
    this.created = created;
    this.readOnly = readOnly;
    this.maps = maps;
    this.written = written;
    for (RowMapFile map : maps) {
      PageAdvice.random(map.file());
    }
  }

  /** Opens the store in the directory, or makes it where there is none. */
  static StoreFiles open(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    ProcessLock lock = DirectoryLock.toWrite(directory);
    try {
      return Files.exists(StoreMeta.file(directory))
          ? existing(directory, lock, spec)
          : fresh(directory, lock, spec, settings);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens the store in the directory to read it: shares the lock with other readers, and changes
   * neither the clean mark nor anything else. The kernel notes the use of the mapped files, and
   * their locks change in memory.
   */
  static StoreFiles openToRead(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    ProcessLock lock = DirectoryLock.toRead(directory);
    try {
      if (!Files.exists(StoreMeta.file(directory))) {
        throw new FarsightException(directory + ": holds no store");
      }
      StoreMeta meta = whole(directory, spec);
      RowBits written =
          CleanMark.read(directory, meta.id(), spec.tables().rows())
              .orElseThrow(
                  () ->
                      new FarsightException(
                          directory
                              + ": was not closed properly and needs recovery; train on it with --resume first"));
      return new StoreFiles(
          directory, lock, meta, false, true, open(directory, meta, spec), written);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Bytes on disk that a new store will take. */
  static long forecast(SsdSettings settings, int rowBytes) {
    return settings.maps()
        * RowMapFile.forecast(
            StoreMeta.rowsOfOneMap(StoreMeta.VERSION, settings.capacity(), settings.maps()),
            rowBytes);
  }

  private static Path map(Path directory, int number) {
    return directory.resolve("rows-" + number + ".map");
  }

  private static StoreFiles fresh(
      Path directory, ProcessLock lock, StoreSpec spec, SsdSettings settings) {
    requireRoom(directory, spec, settings);
    removeRemains(directory);
    long rows = StoreMeta.rowsOfOneMap(StoreMeta.VERSION, settings.capacity(), settings.maps());
    int rowBytes = spec.format().bytes();
    long start = System.nanoTime();
    RowMapFile[] maps =
        each(
            settings.maps(),
            spec.threads(),
            m -> RowMapFile.create(map(directory, m), rows, rowBytes));
    try {
      List<Long> bytes = Arrays.stream(maps).map(map -> size(map.file())).toList();
      var meta =
          new StoreMeta(
              StoreMeta.VERSION,
              UUID.randomUUID().toString(),
              spec.format(),
              spec.tables(),
              spec.initial().seed(),
              spec.initial().generation(),
              settings.capacity(),
              bytes);
      meta.write(directory);
      LOG.info(
          "{}: new store, {} in {} files, made in {} ms",
          directory,
          Sizes.text(bytes.stream().mapToLong(Long::longValue).sum()),
          maps.length,
          millisSince(start));
      return new StoreFiles(
          directory, lock, meta, true, false, maps, new RowBits(spec.tables().rows()));
    } catch (RuntimeException | Error e) {
      closeAll(maps);
      throw e;
    }
  }

  private static void requireRoom(Path directory, StoreSpec spec, SsdSettings settings) {
    long needed = forecast(settings, spec.format().bytes());
    long free;
    try {
      free = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new FarsightException(directory + ": cannot be used: " + e.getMessage(), e);
    }
    if (needed > free) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: storage ssd reserves %s for %d rows of %d bytes, there are %s free; set %s.%s to the rows that will be trained, or %s to a larger disk",
              directory,
              Sizes.text(needed),
              settings.capacity(),
              spec.format().bytes(),
              Sizes.text(free),
              spec.own().path(),
              SsdSettings.EXPECTED_ROWS,
              SsdSettings.PATH));
    }
  }

  /** Maps without a store.json are what is left of a making that was interrupted. */
  private static void removeRemains(Path directory) {
    try (var files = Files.newDirectoryStream(directory, "{rows-*.map,written.rows}*")) {
      for (Path file : files) {
        LOG.warn("{} belongs to no store: deleted", file);
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new FarsightException(directory + ": cannot be used: " + e.getMessage(), e);
    }
  }

  private static StoreFiles existing(Path directory, ProcessLock lock, StoreSpec spec) {
    StoreMeta meta = whole(directory, spec);
    long start = System.nanoTime();
    Optional<RowBits> closed = CleanMark.take(directory, meta.id(), spec.tables().rows());
    RowMapFile[] maps =
        closed.isPresent() ? open(directory, meta, spec) : recover(directory, meta, spec);
    try {
      RowBits written = closed.orElse(null);
      if (written != null && Arrays.stream(maps).anyMatch(RowMapFile::locked)) {
        LOG.warn("{}: a process that read it was killed: the store is recovered", directory);
        closeAll(maps);
        maps = recover(directory, meta, spec);
        written = null;
      }
      LOG.info(
          "{}: {} in {} ms",
          directory,
          written != null ? "opened" : "recovered, because it was not closed properly",
          millisSince(start));
      if (written == null) {
        written = collect(maps, spec);
      }
      return new StoreFiles(directory, lock, meta, false, false, maps, written);
    } catch (RuntimeException | Error e) {
      closeAll(maps);
      throw e;
    }
  }

  /** The store's description, once it fits the run and its files have their full size. */
  private static StoreMeta whole(Path directory, StoreSpec spec) {
    StoreMeta meta = StoreMeta.read(directory);
    meta.requireFits(directory, spec);
    for (int m = 0; m < meta.mapBytes().size(); m++) {
      requireWhole(map(directory, m), meta.mapBytes().get(m));
    }
    return meta;
  }

  private static RowMapFile[] open(Path directory, StoreMeta meta, StoreSpec spec) {
    long rows = meta.rowsOfOneMap();
    return each(
        meta.mapBytes().size(),
        spec.threads(),
        m -> RowMapFile.open(map(directory, m), rows, spec.format().bytes()));
  }

  private static RowMapFile[] recover(Path directory, StoreMeta meta, StoreSpec spec) {
    long rows = meta.rowsOfOneMap();
    return each(
        meta.mapBytes().size(),
        spec.threads(),
        m -> RowMapFile.recover(map(directory, m), rows, spec.format().bytes()));
  }

  /** Before it is mapped: touching a page beyond the end of a file ends the process. */
  private static void requireWhole(Path file, long bytes) {
    if (!Files.exists(file)) {
      throw new FarsightException(file + ": is missing; restore it, or delete its directory");
    }
    long has = size(file);
    if (has < bytes) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is cut off: %d bytes of %d; restore it, or delete its directory",
              file,
              has,
              bytes));
    }
  }

  private static RowBits collect(RowMapFile[] maps, StoreSpec spec) {
    long rows = spec.tables().rows();
    var written = new RowBits(rows);
    each(
        maps.length,
        spec.threads(),
        m -> {
          maps[m].forEachRow(row -> written.add(Objects.checkIndex(row, rows)));
          return maps[m];
        });
    return written;
  }

  /** Makes or opens a map. */
  @FunctionalInterface
  private interface Opening {
    RowMapFile open(int map);
  }

  /** All maps, side by side; none where one fails. */
  private static RowMapFile[] each(int count, int threads, Opening opening) {
    var maps = new RowMapFile[count];
    try (var workers = new Workers("store", Math.min(count, threads))) {
      workers.run(count, (m, worker) -> maps[m] = opening.open(m));
    } catch (RuntimeException | Error e) {
      closeAll(maps);
      throw e;
    }
    return maps;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  Path directory() {
    return directory;
  }

  StoreMeta meta() {
    return meta;
  }

  /** Whether opening made the store. */
  boolean created() {
    return created;
  }

  RowMapFile[] maps() {
    return maps;
  }

  RowBits written() {
    return written;
  }

  /** Bytes on disk. */
  long bytes() {
    return meta.mapBytes().stream().mapToLong(Long::longValue).sum();
  }

  void force() {
    for (RowMapFile map : maps) {
      map.force();
    }
  }

  /** Leaves the store whole; one that was opened to read as it was. */
  @Override
  public void close() {
    if (readOnly) {
      try {
        closeAll(maps);
      } finally {
        lock.close();
      }
      return;
    }
    try {
      closeAll(maps);
      force();
      CleanMark.leave(directory, meta.id(), written);
    } finally {
      lock.close();
    }
  }

  private static void closeAll(RowMapFile[] maps) {
    var failures = new ArrayList<RuntimeException>();
    for (RowMapFile map : maps) {
      if (map != null) {
        try {
          map.close();
        } catch (RuntimeException e) {
          failures.add(e);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
