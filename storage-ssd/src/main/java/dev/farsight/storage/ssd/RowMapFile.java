package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.Sizes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import net.openhft.chronicle.hash.ChronicleHashCorruption;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Chronicle Map in one file: row id to row. Its full size is reserved on disk when it is made,
 * so that a full disk is met then, and not by a write into mapped memory, which would end the
 * process. Entries have checksums, by which recovery knows a torn one.
 *
 * <p>Getting and putting allocate nothing and lock one segment of the map, of which there are many.
 * Any thread, on disjoint rows.
 */
final class RowMapFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RowMapFile.class);

  /**
   * Rows behind one lock of a map. As few as cost no room: a thread that waits for the disk, or for
   * its turn, does so with the lock of a segment in its hands.
   */
  private static final int ROWS_A_SEGMENT = 1024;

  private static final int MOST_SEGMENTS = 1 << 13;

  /** Bytes that an entry takes beside its row: key, checksum, its share of the hash tables. */
  private static final int ENTRY_OVERHEAD = 24;

  /** Of a map without any row: headers, locks, slack of its segments. */
  private static final long MAP_OVERHEAD = 1 << 20;

  private final Path file;
  private final ChronicleMap<RowRef, RowRef> map;

  private RowMapFile(Path file, ChronicleMap<RowRef, RowRef> map) {
    this.file = file;
    this.map = map;
  }

  /** At least as much as a file for so many rows will take. */
  static long forecast(long rows, int rowBytes) {
    // Entries are cut into chunks and segments have some more than their share of them.
    return MAP_OVERHEAD + (long) (rows * (rowBytes + ENTRY_OVERHEAD) * 1.15);
  }

  static RowMapFile create(Path file, long rows, int rowBytes) {
    try {
      return new RowMapFile(file, builder(file, rows, rowBytes).createPersistedTo(file.toFile()));
    } catch (IOException e) {
      throw DurableFiles.failed(file, "cannot be made with " + size(rows, rowBytes), e);
    }
  }

  private static String size(long rows, int rowBytes) {
    return Sizes.text(forecast(rows, rowBytes)) + " of disk";
  }

  /** Opens what was closed properly. */
  static RowMapFile open(Path file, long rows, int rowBytes) {
    try {
      return new RowMapFile(file, builder(file, rows, rowBytes).createPersistedTo(file.toFile()));
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  /** Opens what a process left behind that ended in the middle of its work. */
  static RowMapFile recover(Path file, long rows, int rowBytes) {
    try {
      // A lock that was held and a row half written are what a killed process leaves. Rows that are
      // missing afterwards are counted.
      ChronicleHashCorruption.Listener log =
          corruption -> LOG.info("{}: {}", file, Quoted.of(String.valueOf(corruption.message())));
      return new RowMapFile(
          file, builder(file, rows, rowBytes).recoverPersistedTo(file.toFile(), true, log));
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private static FarsightException unreadable(Path file, Exception e) {
    return Damage.of(file, "it cannot be opened: " + Quoted.of(String.valueOf(e.getMessage())), e);
  }

  private static ChronicleMapBuilder<RowRef, RowRef> builder(Path file, long rows, int rowBytes) {
    GeneratedClasses.make();
    RowRef sample = RowRef.sample(rowBytes);
    return ChronicleMapBuilder.of(RowRef.class, RowRef.class)
        .name(file.getFileName().toString())
        .entries(rows)
        .minSegments((int) Math.max(1, Math.min(MOST_SEGMENTS, rows / ROWS_A_SEGMENT)))
        .keyReaderAndDataAccess(new RowKey.Reader(), new RowKey())
        .valueReaderAndDataAccess(new RowValue.Reader(), new RowValue())
        .constantKeySizeBySample(sample)
        .constantValueSizeBySample(sample)
        .checksumEntries(true)
        .putReturnsNull(true)
        .sparseFile(false)
        .skipCloseOnExitHook(true);
  }

  /** Copies a row out to where the reference points; returns whether there is one. */
  boolean get(RowRef ref) {
    return map.getUsing(ref, ref) != null;
  }

  /** Copies a row in from where the reference points. */
  void put(RowRef ref) {
    try {
      map.put(ref, ref);
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new FarsightException(
          file + ": a row cannot be written: " + Quoted.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** All row ids, in no order. */
  void forEachRow(LongConsumer rows) {
    for (int segment = 0; segment < map.segments(); segment++) {
      try (var context = map.segmentContext(segment)) {
        context.forEachSegmentEntry(
            entry -> rows.accept(entry.key().bytes().readLong(entry.key().offset())));
      }
    }
  }

  Path file() {
    return file;
  }

  /** On disk on return. Forces the mapped pages too, which on Linux are the file's own. */
  void force() {
    // Not a channel, which an interrupt of the thread would close.
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.getFD().sync();
    } catch (IOException e) {
      throw DurableFiles.failed(file, "cannot be forced to disk", e);
    }
  }

  @Override
  public void close() {
    map.close();
  }
}
