package dev.farsight.testkit.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * The simplest store whose rows outlive the process: a mapped file of a name, a {@linkplain
 * SpecText text about the rows}, a byte a row for whether it was written, and the rows. Each
 * generation after the first has a file of its own beside it. A process that is killed leaves every
 * write that returned. Every write is at once in the file, whether a checkpoint wants it there or
 * not, which is what the undo log has to cope with. At most 2 GiB; no locks and no checksums.
 */
public final class FileRowStore implements RowStore {

  private static final int HEAD = 4096;
  private static final int GENERATION_AT = 16;
  private static final int TEXT_AT = 20;

  private final Path file;
  private final UUID name;
  private final boolean created;
  private final int firstGeneration;
  private final int rowBytes;
  private final int rowsAt;
  private final LongAdder read = new LongAdder();
  private final LongAdder written = new LongAdder();
  private volatile Generation current;
  private volatile boolean closed;

  /** The rows of one generation. */
  private record Generation(StoreSpec spec, MappedByteBuffer bytes, LongAdder held) {}

  /**
   * Opens the generation of the spec in a file, or makes the store with it.
   *
   * @throws FarsightException if the store has other rows than the spec, or not that generation
   */
  public FileRowStore(StoreSpec spec, Path file) {
    this.file = file;
    rowBytes = spec.format().bytes();
    rowsAt = Math.toIntExact(HEAD + (spec.tables().rows() + 7) / 8 * 8);
    created = !Files.exists(file);
    if (created) {
      name = UUID.randomUUID();
      firstGeneration = spec.initial().generation();
    } else {
      ByteBuffer head = head();
      name = new UUID(head.getLong(0), head.getLong(8));
      firstGeneration = head.getInt(GENERATION_AT);
      SpecText.read(head.position(TEXT_AT)).requireFits(file, spec);
      requireGeneration(spec.initial().generation());
    }
    current = open(spec);
  }

  private ByteBuffer head() {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var head = ByteBuffer.allocate(HEAD).order(ByteOrder.nativeOrder());
      channel.read(head);
      return head;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path fileOf(int generation) {
    return generation == firstGeneration
        ? file
        : file.resolveSibling(file.getFileName() + ".generation-" + generation);
  }

  private Generation open(StoreSpec spec) {
    try (var channel =
        FileChannel.open(
            fileOf(spec.initial().generation()),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long size = Math.addExact(rowsAt, spec.bytes());
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      bytes.order(ByteOrder.nativeOrder());
      bytes.putLong(0, name.getMostSignificantBits()).putLong(8, name.getLeastSignificantBits());
      bytes.putInt(GENERATION_AT, spec.initial().generation());
      SpecText.of(spec).write(bytes.slice(TEXT_AT, HEAD - TEXT_AT).order(bytes.order()));
      var generation = new Generation(spec, bytes, new LongAdder());
      for (long row = 0; row < spec.tables().rows(); row++) {
        generation.held.add(written(generation, row) ? 1 : 0);
      }
      return generation;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StoreSpec spec() {
    return current.spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    check(rows, from, count);
    Generation now = current;
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      if (written(now, row)) {
        int to = targetRow + i;
        target.bytes(to).put(target.byteAt(to), now.bytes, position(row), rowBytes);
      } else {
        now.spec.initial().fill(row, target, targetRow + i);
      }
    }
    read.add(count);
    return Ticket.DONE;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    check(rows, from, count);
    Generation now = current;
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      int at = sourceRow + i;
      now.bytes.put(position(row), source.bytes(at), source.byteAt(at), rowBytes);
      if (!written(now, row)) {
        now.bytes.put(HEAD + (int) row, (byte) 1);
        now.held.increment();
      }
    }
    written.add(count);
    return Ticket.DONE;
  }

  @Override
  public long rowsHeld() {
    return current.held.sum();
  }

  private int position(long row) {
    return rowsAt + (int) row * rowBytes;
  }

  @Override
  public boolean written(long row) {
    return written(current, Objects.checkIndex(row, spec().tables().rows()));
  }

  private static boolean written(Generation generation, long row) {
    return generation.bytes.get(HEAD + (int) row) != 0;
  }

  @Override
  public void flush() {
    current.bytes.force();
  }

  @Override
  public void beginGeneration(int generation) {
    delete(generation);
    current = open(spec().ofGeneration(generation));
  }

  @Override
  public void returnToGeneration(int generation) {
    requireGeneration(generation);
    current = open(spec().ofGeneration(generation));
  }

  @Override
  public void keepGenerations(Set<Integer> generations) {
    // The first file has the name of the store, and stays.
    int now = spec().initial().generation();
    for (int generation = firstGeneration + 1; generation < now; generation++) {
      if (!generations.contains(generation)) {
        delete(generation);
      }
    }
  }

  private void requireGeneration(int generation) {
    if (!Files.exists(fileOf(generation))) {
      throw new FarsightException(
          "%s: has no rows of generation %d; the first it had is generation %d"
              .formatted(file, generation, firstGeneration));
    }
  }

  private void delete(int generation) {
    if (generation == firstGeneration) {
      return;
    }
    try {
      Files.deleteIfExists(fileOf(generation));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return Optional.of(
        new StoreIdentity(
            name.toString(), created, file.toString(), spec().initial().generation()));
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(read.sum(), written.sum(), current.bytes.capacity());
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
      Objects.checkIndex(rows[i], spec().tables().rows());
    }
  }
}
