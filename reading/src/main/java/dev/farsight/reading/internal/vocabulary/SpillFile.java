package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A temporary file of runs: counts of one table in ascending order of the mixed values. It has no
 * name once it is open, so nothing is left of it however the process ends. Runs are added by one
 * thread at a time.
 */
final class SpillFile implements AutoCloseable {

  /** A mixed value and its count. */
  static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

  private static final int BUFFER = ENTRY_BYTES << 13;

  /**
   * A run in the file.
   *
   * @param start its first byte
   * @param entries how many it has
   */
  record Run(long start, int entries) {}

  private final Path folder;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long end;

  /** By table. */
  private final List<List<Run>> runs = new ArrayList<>();

  SpillFile(int tables) {
    this.folder = Path.of(System.getProperty("java.io.tmpdir"));
    this.channel = temporary(folder);
    for (int table = 0; table < tables; table++) {
      runs.add(new ArrayList<>());
    }
  }

  /** A new file that is deleted when it is closed at the latest. */
  static FileChannel temporary(Path folder) {
    try {
      Path file = Files.createTempFile(folder, "farsight-vocabulary", ".tmp");
      return FileChannel.open(
          file,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "a temporary file cannot be made", e);
    }
  }

  /** Adds what was counted of a table. */
  void add(int table, MixedCounts counts) {
    if (counts.size() == 0) {
      return;
    }
    runs.get(table).add(new Run(end, counts.size()));
    buffer.clear();
    for (int slot = 0; slot < counts.slots(); slot++) {
      if (counts.count(slot) != 0) {
        if (!buffer.hasRemaining()) {
          write();
        }
        buffer.putLong(counts.mixed(slot)).putInt(counts.count(slot));
      }
    }
    write();
  }

  private void write() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
    } catch (IOException e) {
      throw failed(e);
    }
    buffer.clear();
  }

  /** Runs of a table. */
  List<Run> runs(int table) {
    return runs.get(table);
  }

  /** Fills the buffer with bytes from {@code at} on. */
  void read(ByteBuffer into, long at) {
    try {
      for (long from = at; into.hasRemaining(); ) {
        int read = channel.read(into, from);
        if (read < 0) {
          throw new IOException("shorter than before");
        }
        from += read;
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private FarsightException failed(IOException e) {
    return DurableFiles.failed(
        folder, "values that did not fit into memory cannot be kept in a temporary file", e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
