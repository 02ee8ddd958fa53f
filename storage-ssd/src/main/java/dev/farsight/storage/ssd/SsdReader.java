package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads a store that was closed properly. Nothing on disk changes: the files are opened and mapped
 * read-only, so it works in a directory and on a disk that cannot be written to. Shares the lock,
 * if there is one, with other readers. Every row is verified by its checksum when it is read.
 *
 * <p>Calls run on the caller's thread, any number at once; nothing is allocated per row. Memory
 * that the files are mapped to is given back when this is garbage.
 */
final class SsdReader implements RowReader {

  private final StoreSpec spec;
  private final Path directory;
  private final Optional<ProcessLock> lock;
  private final StoreMeta meta;
  private final RowBits written;
  private final MapReader[] maps;
  private final long rowsHeld;

  private final OpenGuard guard = new OpenGuard();
  private final LongAdder rowsRead = new LongAdder();

  private SsdReader(
      StoreSpec spec,
      Path directory,
      Optional<ProcessLock> lock,
      StoreMeta meta,
      RowBits written,
      MapReader[] maps) {
    this.spec = spec;
    this.directory = directory;
    this.lock = lock;
    this.meta = meta;
    this.written = written;
    this.maps = maps;
    this.rowsHeld = written.count();
  }

  /**
   * Opens the store in the directory.
   *
   * @throws FarsightException if there is none, if it does not fit the spec, if it is being
   *     written, damaged, or not closed properly, or if rows of it were lost
   */
  static SsdReader open(StoreSpec spec, SsdSettings settings) {
    Path directory = settings.requirePath(spec.own()).toAbsolutePath();
    var folders = new GenerationFolders(directory);
    folders.requireStore();
    Optional<ProcessLock> lock = DirectoryLock.toRead(directory);
    try {
      Path folder = folders.existing(spec);
      StoreMeta meta = StoreMeta.read(folder);
      meta.requireFits(folder, spec);
      CleanMark closed = closed(folder, meta);
      var maps = new MapReader[meta.mapBytes().size()];
      long rows = 0;
      for (int m = 0; m < maps.length; m++) {
        var map = CheckedMap.of(folder, meta, m, closed);
        maps[m] = MapReader.open(map.file(), map.layout(), spec.format().bytes());
        PageAdvice.random(map.file());
        rows += SegmentCheck.rows(map.file(), map.layout());
      }
      if (rows != closed.rows().count()) {
        throw Damage.of(
            folder,
            String.format(
                Locale.ROOT,
                "its maps hold %d rows, written.rows lists %d: they are of different times",
                rows,
                closed.rows().count()));
      }
      return new SsdReader(spec, directory, lock, meta, closed.rows(), maps);
    } catch (RuntimeException | Error e) {
      lock.ifPresent(ProcessLock::close);
      throw e;
    }
  }

  private static CleanMark closed(Path directory, StoreMeta meta) {
    if (!CleanMark.exists(directory)) {
      throw new FarsightException(
          directory
              + ": was not closed properly and needs recovery; train on it with --resume first");
    }
    CleanMark closed = CleanMark.read(directory, meta.id(), meta.tables().rows());
    long lost = closed.lost().count();
    if (lost > 0) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: %d rows that were written are lost, as a recovery after a crash did not find them whole; restore the store from a copy",
              directory,
              lost));
    }
    return closed;
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    long call = guard.begin();
    try {
      spec.check(rows, from, count, target, targetRow);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        if (written.contains(row)) {
          maps[maps.length == 1 ? 0 : meta.mapOf(row)].read(row, target, targetRow + i);
        } else {
          spec.initial().fill(row, target, targetRow + i);
        }
      }
    } finally {
      guard.end(call);
    }
    rowsRead.add(count);
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    return written.contains(Objects.checkIndex(row, spec.tables().rows()));
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, spec.tables().rows());
    target.addAll(written, fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return rowsHeld;
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return Optional.of(
        new StoreIdentity(meta.id(), false, directory.toString(), meta.generation()));
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(rowsRead.sum(), 0, meta.bytes());
  }

  @Override
  public void close() {
    guard.close(() -> lock.ifPresent(ProcessLock::close));
  }
}
