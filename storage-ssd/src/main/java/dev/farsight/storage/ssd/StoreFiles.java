package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.internal.DurableFiles;
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
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one generation of a store that is written, checked and opened. {@link Generations}
 * locks the store and chooses the directory; {@link SsdReader} reads them.
 *
 * <pre>
 * store.json      what the store was made with
 * rows-0.map ...  the rows, spread by a hash of the row id
 * written.rows    which rows there are; only while the store is closed and whole
 * written.before  which rows there were when it was opened; only while it is open, or was not closed
 * store.making    the maps of a store that is being made or deleted
 * </pre>
 *
 * <p>Every file is checked before Chronicle Map sees it ({@link MapHead}, {@link MapLayout}, {@link
 * SegmentCheck}). No file is deleted unless {@code store.making} lists it or Farsight wrote it as
 * its own mark.
 */
final class StoreFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

  private final Path directory;
  private final StoreMeta meta;
  private final RowMapFile[] maps;
  private final RowBits written;
  private final RowBits lost;

  private StoreFiles(
      Path directory, StoreMeta meta, RowMapFile[] maps, RowBits written, RowBits lost) {
    this.directory = directory;
    this.meta = meta;
    this.maps = maps;
    this.written = written;
    this.lost = lost;
    for (RowMapFile map : maps) {
      PageAdvice.random(map.file());
    }
  }

  /** Bytes on disk that a new generation will take. */
  static long forecast(SsdSettings settings, int rowBytes) {
    return settings.maps()
        * RowMapFile.forecast(
            StoreMeta.rowsOfOneMap(StoreMeta.VERSION, settings.capacity(), settings.maps()),
            rowBytes);
  }

  /** The names of a generation's maps. */
  static List<String> mapNames(StoreMeta meta) {
    return IntStream.range(0, meta.mapBytes().size()).mapToObj(Making::map).toList();
  }

  static Path map(Path directory, int number) {
    return directory.resolve(Making.map(number));
  }

  /**
   * Makes a generation in a directory that has none.
   *
   * @param id the id of the store
   * @param generations how many generations the disk must have room for
   */
  static StoreFiles make(
      Path directory, StoreSpec spec, SsdSettings settings, String id, int generations) {
    Making.removeRemains(directory);
    requireNoRemains(directory);
    requireRoom(directory, spec, settings, generations);
    Making.begin(directory, IntStream.range(0, settings.maps()).mapToObj(Making::map).toList());
    try {
      return makeMaps(directory, spec, settings, id);
    } catch (RuntimeException | Error e) {
      try {
        Making.removeRemains(directory);
      } catch (RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static StoreFiles makeMaps(
      Path directory, StoreSpec spec, SsdSettings settings, String id) {
    long rows = StoreMeta.rowsOfOneMap(StoreMeta.VERSION, settings.capacity(), settings.maps());
    int rowBytes = spec.format().bytes();
    long start = System.nanoTime();
    RowMapFile[] maps =
        each(
            settings.maps(),
            spec.threads(),
            m -> RowMapFile.create(map(directory, m), rows, rowBytes));
    try {
      List<Long> bytes = sizes(maps);
      var meta =
          new StoreMeta(
              StoreMeta.VERSION,
              id,
              spec.format(),
              spec.tables(),
              spec.initial().seed(),
              spec.initial().generation(),
              settings.capacity(),
              bytes,
              Arrays.stream(maps).map(map -> MapHead.read(map.file()).checksum()).toList());
      meta.write(directory);
      Making.end(directory);
      LOG.info(
          "{}: new store, {} in {} files, made in {} ms",
          directory,
          Sizes.text(bytes.stream().mapToLong(Long::longValue).sum()),
          maps.length,
          millisSince(start));
      long tableRows = spec.tables().rows();
      return new StoreFiles(directory, meta, maps, new RowBits(tableRows), new RowBits(tableRows));
    } catch (RuntimeException | Error e) {
      closeAll(maps);
      throw e;
    }
  }

  private static void requireRoom(
      Path directory, StoreSpec spec, SsdSettings settings, int generations) {
    long needed = generations * forecast(settings, spec.format().bytes());
    long free;
    try {
      free = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw DurableFiles.unreadable(directory, e);
    }
    if (needed > free) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: storage ssd reserves %s for %d rows of %d bytes%s, there are %s free; set %s.%s to the rows that will be trained, or %s to a larger disk",
              directory,
              Sizes.text(needed),
              settings.capacity(),
              spec.format().bytes(),
              generations == 1 ? "" : " in " + generations + " generations",
              Sizes.text(free),
              spec.own().path(),
              SsdSettings.EXPECTED_ROWS,
              SsdSettings.PATH));
    }
  }

  /** Without store.json nobody knows whose maps these are: they may hold all that was trained. */
  private static void requireNoRemains(Path directory) {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (Making.isMap(file)
            || CleanMark.FILES.contains(file.getFileName().toString())
            || GenerationFolders.isFolder(file)) {
          throw new FarsightException(
              file
                  + ": seems to be of a store, but there is no store.json beside it; restore that, or move the files of the store away, or set storage.ssd.path to another directory");
        }
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(directory, e);
    }
  }

  /** Opens the generation in a directory. */
  static StoreFiles open(Path directory, StoreSpec spec) {
    StoreMeta meta = StoreMeta.read(directory);
    meta.requireFits(directory, spec);
    long start = System.nanoTime();
    CleanMark last = last(directory, meta);
    boolean closed = CleanMark.exists(directory) && last != null;
    boolean sound = closed;
    long rows = 0;
    var heads = new ArrayList<Long>();
    for (int m = 0; m < meta.mapBytes().size(); m++) {
      var map = CheckedMap.of(directory, meta, m, closed ? last : null);
      heads.add(map.head().checksum());
      sound = sound && map.head().ready() && SegmentCheck.sound(map.file(), map.layout());
      rows += sound ? SegmentCheck.rows(map.file(), map.layout()) : 0;
    }
    sound = sound && rows == last.rows().count();
    if (closed && !sound) {
      LOG.warn("{}: was left in the middle of a read or is damaged: it is recovered", directory);
      CleanMark.take(directory);
    }
    RowMapFile[] maps = sound ? openMaps(directory, meta, spec) : recover(directory, meta, spec);
    try {
      RowBits written = sound ? last.rows() : collect(directory, maps, meta, spec);
      RowBits lost = sound ? last.lost() : missing(last, written, spec.tables().rows());
      LOG.info(
          "{}: {} in {} ms",
          directory,
          sound ? "opened" : "recovered, because it was not closed properly",
          millisSince(start));
      if (lost.next(0) >= 0) {
        LOG.error("{}: {} rows that were written are lost", directory, lost.count());
      }
      // Only now, so that an opening that fails leaves the store closed as it was.
      CleanMark.take(directory);
      Making.end(directory);
      if (meta.heads().isEmpty()) {
        meta = meta.withHeads(heads);
        meta.write(directory);
      }
      return new StoreFiles(directory, meta, maps, written, lost);
    } catch (RuntimeException | Error e) {
      closeAll(maps);
      throw e;
    }
  }

  /** The last list of rows; null if there is none, or if it is damaged. */
  private static CleanMark last(Path directory, StoreMeta meta) {
    try {
      return CleanMark.last(directory, meta.id(), meta.tables().rows());
    } catch (FarsightException e) {
      LOG.warn("the store is recovered: {}", e.getMessage());
      return null;
    }
  }

  /** Rows of a list that are not among those found. */
  private static RowBits missing(CleanMark last, RowBits found, long rows) {
    var lost = new RowBits(rows);
    if (last != null) {
      addMissing(last.rows(), found, lost);
      addMissing(last.lost(), found, lost);
    }
    return lost;
  }

  private static void addMissing(RowBits wanted, RowBits found, RowBits lost) {
    for (long row = wanted.next(0); row >= 0; row = wanted.next(row + 1)) {
      if (!found.contains(row)) {
        lost.add(row);
      }
    }
  }

  private static RowMapFile[] openMaps(Path directory, StoreMeta meta, StoreSpec spec) {
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
        m -> {
          MapHead.makeReady(map(directory, m));
          return RowMapFile.recover(map(directory, m), rows, spec.format().bytes());
        });
  }

  private static RowBits collect(
      Path directory, RowMapFile[] maps, StoreMeta meta, StoreSpec spec) {
    long rows = spec.tables().rows();
    var written = new RowBits(rows);
    each(
        maps.length,
        spec.threads(),
        m -> {
          maps[m].forEachRow(
              row -> {
                if (row < 0 || row >= rows || (maps.length > 1 && meta.mapOf(row) != m)) {
                  throw Damage.of(map(directory, m), "it holds row " + row + " of other tables");
                }
                written.add(row);
              });
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

  private static List<Long> sizes(RowMapFile[] maps) {
    return Arrays.stream(maps).map(map -> Damage.requireFile(map.file())).toList();
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

  RowMapFile[] maps() {
    return maps;
  }

  RowBits written() {
    return written;
  }

  void force() {
    for (RowMapFile map : maps) {
      map.force();
    }
  }

  /** Leaves the generation whole. */
  @Override
  public void close() {
    closeAll(maps);
    force();
    RowBits stillLost = new RowBits(meta.tables().rows());
    addMissing(lost, written, stillLost);
    new CleanMark(written, stillLost, sizes(maps)).leave(directory, meta.id());
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
