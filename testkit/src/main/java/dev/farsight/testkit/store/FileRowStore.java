package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * The simplest store whose rows outlive the process: a mapped file of a name, a byte a row for
 * whether it was written, and the rows. A process that is killed leaves every write that returned.
 * Every write is at once in the file, whether a checkpoint wants it there or not, which is what the
 * undo log has to cope with. At most 2 GiB; nothing is checked when it is opened.
 */
public final class FileRowStore implements RowStore {

  private static final int NAME = 64;
  private static final int GENERATION_AT = 16;

  private final StoreSpec spec;
  private final Path file;
  private final MappedByteBuffer bytes;
  private final int rowBytes;
  private final int rowsAt;
  private final boolean created;
  private final LongAdder read = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder held = new LongAdder();
  private volatile boolean closed;

  /** Opens the store in a file, or makes it. */
  public FileRowStore(StoreSpec spec, Path file) {
    this.spec = spec;
    this.file = file;
    rowBytes = spec.format().bytes();
    rowsAt = Math.toIntExact(NAME + (spec.tables().rows() + 7) / 8 * 8);
    created = !Files.exists(file);
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = Math.addExact(rowsAt, spec.bytes());
      bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      bytes.order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (created) {
      UUID name = UUID.randomUUID();
      bytes.putLong(0, name.getMostSignificantBits()).putLong(8, name.getLeastSignificantBits());
      bytes.putInt(GENERATION_AT, spec.initial().generation());
    }
    for (long row = 0; row < spec.tables().rows(); row++) {
      held.add(written(row) ? 1 : 0);
    }
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    check(rows, from, count);
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      if (written(row)) {
        int to = targetRow + i;
        target.bytes(to).put(target.byteAt(to), bytes, position(row), rowBytes);
      } else {
        spec.initial().fill(row, target, targetRow + i);
      }
    }
    read.add(count);
    return Ticket.DONE;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    check(rows, from, count);
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      int at = sourceRow + i;
      bytes.put(position(row), source.bytes(at), source.byteAt(at), rowBytes);
      if (!written(row)) {
        bytes.put(NAME + (int) row, (byte) 1);
        held.increment();
      }
    }
    written.add(count);
    return Ticket.DONE;
  }

  @Override
  public long rowsHeld() {
    return held.sum();
  }

  private int position(long row) {
    return rowsAt + (int) row * rowBytes;
  }

  @Override
  public boolean written(long row) {
    return bytes.get(NAME + (int) Objects.checkIndex(row, spec.tables().rows())) != 0;
  }

  @Override
  public void flush() {
    bytes.force();
  }

  @Override
  public Optional<StoreIdentity> identity() {
    var name = new UUID(bytes.getLong(0), bytes.getLong(8));
    return Optional.of(
        new StoreIdentity(name.toString(), created, file.toString(), bytes.getInt(GENERATION_AT)));
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(read.sum(), written.sum(), bytes.capacity());
  }

  @Override
  public void close() {
    closed = true;
  }

  private void check(long[] rows, int from, int count) {
    if (closed) {
      throw new IllegalStateException("the row store is closed");
    }
    for (int i = from; i < from + count; i++) {
      Objects.checkIndex(rows[i], spec.tables().rows());
    }
  }
}
