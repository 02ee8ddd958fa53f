package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Rows in files. What was written is in Chronicle Maps, each in a file mapped into memory, so that
 * the kernel's page cache holds what is used and the disk the rest. Rows never written are not
 * there: a bit a row in memory tells them apart, and reading one computes its initial value without
 * touching a file.
 *
 * <p><b>Cost.</b> A row written is a look-up in a hash table in mapped memory and one copy, about
 * half a microsecond to read and one to write while its pages are in memory; otherwise a page fault
 * or two, for which the calling thread waits. Nothing is allocated per row.
 *
 * <p><b>Threads.</b> Calls run on the caller's thread, and any number may run at once on disjoint
 * rows, which is how several page faults are under way together: the caller cuts a batch into
 * slices. Close waits for calls under way.
 *
 * <p><b>Durability.</b> What was written survives the end of the process, however it ends; {@link
 * #flush} makes it survive the end of the machine. After either, opening recovers the maps; a row
 * torn by the end is found by its checksum and dropped.
 *
 * <p><b>Generations.</b> Beginning one makes new files, which takes as long as making a store, and
 * closes those of the one before, which stay until they are no longer needed.
 */
final class SsdStore implements RowStore {

  private final Generations generations;
  private final long rowCount;
  private final ThreadLocal<RowRef> refs;
  private volatile Generation current;

  private final OpenGuard guard = new OpenGuard();

  private final LongAdder rowsRead = new LongAdder();
  private final LongAdder rowsWritten = new LongAdder();

  /** The open generation. */
  private static final class Generation {

    private final StoreSpec spec;
    private final StoreMeta meta;
    private final RowMapFile[] maps;
    private final RowBits written;

    /** Rows in the maps; first writes take their number before they are done. */
    private final AtomicLong rowsHeld;

    Generation(StoreSpec spec, StoreFiles files) {
      this.spec = spec;
      meta = files.meta();
      maps = files.maps();
      written = files.written();
      rowsHeld = new AtomicLong(written.count());
    }

    RowMapFile map(long row) {
      return maps.length == 1 ? maps[0] : maps[meta.mapOf(row)];
    }
  }

  /** The rows in these files, which it owns from now on. */
  SsdStore(StoreSpec spec, Generations generations) {
    this.generations = generations;
    this.rowCount = spec.tables().rows();
    int rowBytes = spec.format().bytes();
    this.refs = ThreadLocal.withInitial(() -> new RowRef(rowBytes));
    this.current = new Generation(spec, generations.current());
  }

  @Override
  public StoreSpec spec() {
    return current.spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    long call = guard.begin();
    try {
      Generation now = current;
      now.spec.check(rows, from, count, target, targetRow);
      RowRef ref = refs.get();
      ref.in(target);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        if (now.written.contains(row)) {
          ref.set(row, targetRow + i);
          if (!now.map(row).get(ref)) {
            throw Damage.of(
                now.map(row).file(), "row " + row + " was written and is not there any more");
          }
        } else {
          now.spec.initial().fill(row, target, targetRow + i);
        }
      }
    } finally {
      guard.end(call);
    }
    rowsRead.add(count);
    return Ticket.DONE;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    long call = guard.begin();
    try {
      Generation now = current;
      now.spec.check(rows, from, count, source, sourceRow);
      reserve(now, rows, from, count);
      RowRef ref = refs.get();
      ref.in(source);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        ref.set(row, sourceRow + i);
        now.map(row).put(ref);
        if (!now.written.contains(row)) {
          now.written.add(row);
        }
      }
    } finally {
      guard.end(call);
    }
    rowsWritten.add(count);
    return Ticket.DONE;
  }

  /** Counts the rows that come in for the first time; refuses them all where one has no room. */
  private void reserve(Generation now, long[] rows, int from, int count) {
    int fresh = 0;
    for (int i = from; i < from + count; i++) {
      if (!now.written.contains(rows[i])) {
        fresh++;
      }
    }
    long capacity = now.meta.capacity();
    if (fresh > 0 && now.rowsHeld.addAndGet(fresh) > capacity) {
      now.rowsHeld.addAndGet(-fresh);
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is full: it was made for %d rows (%s.%s); make a new one with more",
              generations.directory(),
              capacity,
              now.spec.own().path(),
              SsdSettings.EXPECTED_ROWS));
    }
  }

  @Override
  public boolean written(long row) {
    return current.written.contains(Objects.checkIndex(row, rowCount));
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, rowCount);
    target.addAll(current.written, fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return current.rowsHeld.get();
  }

  @Override
  public void flush() {
    long call = guard.begin();
    try {
      generations.current().force();
    } finally {
      guard.end(call);
    }
  }

  @Override
  public void beginGeneration(int generation) {
    enter(generation, generations::begin);
  }

  @Override
  public void returnToGeneration(int generation) {
    enter(generation, generations::returnTo);
  }

  private void enter(int generation, Consumer<StoreSpec> files) {
    long call = guard.begin();
    try {
      StoreSpec next = current.spec.ofGeneration(generation);
      files.accept(next);
      current = new Generation(next, generations.current());
    } finally {
      guard.end(call);
    }
  }

  @Override
  public void keepGenerations(Set<Integer> kept) {
    long call = guard.begin();
    try {
      generations.keep(kept);
    } finally {
      guard.end(call);
    }
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return Optional.of(
        new StoreIdentity(
            current.meta.id(),
            generations.created(),
            generations.directory().toString(),
            current.meta.generation()));
  }

  /** Counts since open; as bytes what the files reserve. */
  @Override
  public StoreStats stats() {
    return new StoreStats(rowsRead.sum(), rowsWritten.sum(), generations.bytes());
  }

  @Override
  public void close() {
    guard.close(generations::close);
  }
}
