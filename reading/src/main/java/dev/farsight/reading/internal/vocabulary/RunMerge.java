package dev.farsight.reading.internal.vocabulary;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges the runs of one table: each mixed value once, in ascending order, with its whole count.
 * Memory: at most 16 MiB, or a kilobyte a run if that is more.
 */
final class RunMerge {

  private static final int BUFFERS = 1 << 24;
  private static final int LEAST_ENTRIES = 85;
  private static final int MOST_ENTRIES = 1 << 13;

  /** Takes what is merged. */
  @FunctionalInterface
  interface Sink {
    void take(long mixed, long count);
  }

  private RunMerge() {}

  static void run(SpillFile file, int table, Sink sink) {
    List<SpillFile.Run> runs = file.runs(table);
    int entries = BUFFERS / SpillFile.ENTRY_BYTES / Math.max(1, runs.size());
    int capacity = Math.min(MOST_ENTRIES, Math.max(LEAST_ENTRIES, entries));
    var cursors = new PriorityQueue<Cursor>((a, b) -> Long.compareUnsigned(a.mixed, b.mixed));
    for (SpillFile.Run run : runs) {
      var cursor = new Cursor(file, run, capacity);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    while (!cursors.isEmpty()) {
      long mixed = cursors.peek().mixed;
      long count = 0;
      while (!cursors.isEmpty() && cursors.peek().mixed == mixed) {
        Cursor least = cursors.poll();
        count += least.count;
        if (least.next()) {
          cursors.add(least);
        }
      }
      sink.take(mixed, count);
    }
  }

  /** Reads a run. */
  private static final class Cursor {

    private final SpillFile file;
    private final ByteBuffer buffer;
    private long at;
    private int left;
    private long mixed;
    private int count;

    Cursor(SpillFile file, SpillFile.Run run, int capacity) {
      this.file = file;
      this.at = run.start();
      this.left = run.entries();
      this.buffer = ByteBuffer.allocate(Math.min(capacity, left) * SpillFile.ENTRY_BYTES);
      this.buffer.limit(0);
    }

    boolean next() {
      if (!buffer.hasRemaining()) {
        if (left == 0) {
          return false;
        }
        buffer
            .clear()
            .limit((int) Math.min(buffer.capacity(), (long) left * SpillFile.ENTRY_BYTES));
        file.read(buffer, at);
        buffer.flip();
        at += buffer.limit();
        left -= buffer.limit() / SpillFile.ENTRY_BYTES;
      }
      mixed = buffer.getLong();
      count = buffer.getInt();
      return true;
    }
  }
}
