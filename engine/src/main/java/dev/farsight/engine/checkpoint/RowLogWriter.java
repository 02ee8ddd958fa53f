package dev.farsight.engine.checkpoint;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a {@link RowLog}, block by block. Memory: one block, at most 1 MiB; allocates nothing
 * after construction. One thread at a time.
 */
final class RowLogWriter implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;
  private final RowFormat format;
  private final ByteBuffer block;
  private long length = RowLog.HEADER;
  private long rows;

  private RowLogWriter(Path file, FileChannel channel, RowFormat format) {
    this.file = file;
    this.channel = channel;
    this.format = format;
    this.block = RowLog.buffer(RowLog.blockBytes(format, RowLog.maxBlockRows(format)));
  }

  /**
   * Creates an empty log, with its header on disk. Replaces an existing file of that name.
   *
   * @param rowsHeld for an undo log: number of rows that the store holds now
   */
  static RowLogWriter create(Path file, RowFormat format, RowLog.Id id, long rowsHeld) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(partial);
      FileChannel channel = FileChannel.open(partial, CREATE_NEW, READ, WRITE);
      try {
        RowLog.writeFully(channel, RowLog.header(format, id, rowsHeld), 0);
        channel.force(true);
        DurableFiles.rename(partial, file);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return new RowLogWriter(file, channel, format);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /**
   * Appends a block of rows. They are on disk only after {@link #force}.
   *
   * @param count at most {@link RowLog#maxBlockRows}
   */
  void append(long[] ids, int count, RowBuffer values) {
    block.clear();
    block.putInt(0).putInt(count);
    for (int i = 0; i < count; i++) {
      block.putLong(ids[i]);
    }
    int valuesOffset = block.position();
    int bytes = count * format.bytes();
    block.put(valuesOffset, values.bytes(), 0, bytes);
    int end = valuesOffset + bytes;
    block.putInt(0, RowLog.crc(block, 4, end));
    block.limit(end).position(0);
    try {
      RowLog.writeFully(channel, block, length);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
    length += end;
    rows += count;
  }

  /** Forces all appended blocks to disk. */
  void force() {
    try {
      channel.force(false);
      RowLog.writeLength(channel, length);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /** Records that the log of {@code step} continues this one, and forces that to disk. */
  void continuedBy(long step) {
    try {
      RowLog.writeNextStep(channel, step);
      channel.force(false);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  Path file() {
    return file;
  }

  long rows() {
    return rows;
  }

  /** Length of the file in bytes. */
  long length() {
    return length;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.failed(file, "cannot be closed", e);
    }
  }
}
