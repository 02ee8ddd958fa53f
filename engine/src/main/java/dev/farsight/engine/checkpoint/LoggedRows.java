package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.model.RowRanks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Finds rows in row logs on disk. If several logs have a row, the last log counts. Opening reads
 * and checks all logs twice; values stay on disk.
 *
 * <p><b>Memory.</b> One bit a row of the tables, and 8 bytes for each row in the logs; at most 2^31
 * rows. Safe for use by several threads.
 */
final class LoggedRows implements AutoCloseable {

  private static final int POSITION_BITS = 43;
  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
  private static final int MAX_LOGS = 1 << 20;

  private final RowFormat format;
  private final RowBits rows;

  private final RowRanks ranks;

  /**
   * Where each logged row is, in the order of row ids: never-written bit, number of the log,
   * position of the values in the file.
   */
  private final long[] locations;

  private final List<Path> files = new ArrayList<>();
  private final FileChannel[] channels;

  /**
   * @param tableRows rows of all tables
   * @param logs open the logs; each is used twice
   * @throws FarsightException if a log is damaged
   */
  LoggedRows(long tableRows, RowFormat format, List<Supplier<RowLogReader>> logs) {
    if (logs.size() > MAX_LOGS) {
      throw new FarsightException("more than " + MAX_LOGS + " row files in one checkpoint");
    }
    this.format = format;
    rows = collectRows(tableRows, logs);
    ranks = new RowRanks(rows, tableRows);
    locations = new long[ranks.count()];
    channels = new FileChannel[logs.size()];
    for (int log = 0; log < logs.size(); log++) {
      try (RowLogReader reader = logs.get(log).get()) {
        files.add(reader.file());
        locate(log, reader);
      }
    }
  }

  private static RowBits collectRows(long tableRows, List<Supplier<RowLogReader>> logs) {
    var found = new RowBits(tableRows);
    for (Supplier<RowLogReader> log : logs) {
      try (RowLogReader reader = log.get()) {
        while (reader.advance()) {
          for (int i = 0; i < reader.count(); i++) {
            found.add(inTables(reader, reader.ids()[i], tableRows));
          }
        }
      }
    }
    return found;
  }

  private static long inTables(RowLogReader reader, long row, long tableRows) {
    if (row >= tableRows) {
      throw new FarsightException(
          reader.file() + ": is damaged: it has row " + row + " of " + tableRows);
    }
    return row;
  }

  private void locate(int log, RowLogReader reader) {
    while (reader.advance()) {
      for (int i = 0; i < reader.count(); i++) {
        long neverWritten = reader.neverWritten(i) ? Long.MIN_VALUE : 0;
        locations[indexOf(reader.ids()[i])] =
            neverWritten | (long) log << POSITION_BITS | reader.valuesPosition(i);
      }
    }
  }

  /** Index of a logged row in {@link #locations}. */
  private int indexOf(long row) {
    return ranks.rank(row);
  }

  /** The rows in the logs. */
  RowBits rows() {
    return rows;
  }

  boolean contains(long row) {
    return rows.contains(row);
  }

  /** Whether a logged row had never been written. */
  boolean neverWritten(long row) {
    return locations[indexOf(row)] < 0;
  }

  /** Reads a logged row. */
  void read(long row, RowBuffer target, int targetRow) {
    long location = locations[indexOf(row)];
    int log = (int) ((location & Long.MAX_VALUE) >>> POSITION_BITS);
    ByteBuffer bytes = target.bytes(targetRow).slice(target.byteAt(targetRow), format.bytes());
    long position = location & POSITION_MASK;
    try {
      FileChannel channel = channel(log);
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, position);
        if (read < 0) {
          throw new IOException("it was cut while it was being read");
        }
        position += read;
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(files.get(log), e);
    }
  }

  private synchronized FileChannel channel(int log) throws IOException {
    if (channels[log] == null) {
      channels[log] = FileChannel.open(files.get(log), StandardOpenOption.READ);
    }
    return channels[log];
  }

  @Override
  public void close() {
    for (int log = 0; log < channels.length; log++) {
      try {
        if (channels[log] != null) {
          channels[log].close();
        }
      } catch (IOException e) {
        throw DurableFiles.unreadable(files.get(log), e);
      }
    }
  }
}
