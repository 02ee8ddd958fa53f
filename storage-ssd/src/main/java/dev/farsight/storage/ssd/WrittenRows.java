package dev.farsight.storage.ssd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which rows are in the maps: one bit a row, in pages that are made when a row of theirs is first
 * written, 32 KiB for 2^18 rows. It spares the look into a map, and so into a file, for rows never
 * written, which are most of what a first pass over the data reads.
 *
 * <p>Who sees a row's bit sees what was written before it was set. Safe for concurrent use.
 */
final class WrittenRows {

  private static final int PAGE_SHIFT = 18;
  private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final AtomicReferenceArray<long[]> pages;

  WrittenRows(long rows) {
    pages = new AtomicReferenceArray<>(Math.toIntExact((rows >>> PAGE_SHIFT) + 1));
  }

  /** Memory if every row is written. */
  static long bytes(long rows) {
    return ((rows >>> PAGE_SHIFT) + 1) * PAGE_WORDS * Long.BYTES;
  }

  boolean contains(long row) {
    long[] page = pages.getAcquire((int) (row >>> PAGE_SHIFT));
    return page != null && ((long) WORDS.getAcquire(page, wordAt(row)) >>> row & 1) != 0;
  }

  /** Returns whether the row was not in the set. */
  boolean add(long row) {
    int p = (int) (row >>> PAGE_SHIFT);
    long[] page = pages.getAcquire(p);
    if (page == null) {
      long[] fresh = new long[PAGE_WORDS];
      page = pages.compareAndExchange(p, null, fresh);
      if (page == null) {
        page = fresh;
      }
    }
    long before = (long) WORDS.getAndBitwiseOrRelease(page, wordAt(row), 1L << row);
    return (before >>> row & 1) == 0;
  }

  private static int wordAt(long row) {
    return (int) (row >>> 6) & (PAGE_WORDS - 1);
  }

  long count() {
    long count = 0;
    for (int p = 0; p < pages.length(); p++) {
      long[] page = pages.get(p);
      if (page != null) {
        for (long word : page) {
          count += Long.bitCount(word);
        }
      }
    }
    return count;
  }

  /** The pages that there are, each after its number. Only at rest. */
  void save(DataOutputStream out) throws IOException {
    for (int p = 0; p < pages.length(); p++) {
      long[] page = pages.get(p);
      if (page != null) {
        out.writeInt(p);
        for (long word : page) {
          out.writeLong(word);
        }
      }
    }
    out.writeInt(-1);
  }

  /** What {@link #save} wrote, into a set that is empty. */
  void load(DataInputStream in) throws IOException {
    for (int p = in.readInt(); p >= 0; p = in.readInt()) {
      long[] page = new long[PAGE_WORDS];
      for (int w = 0; w < PAGE_WORDS; w++) {
        page[w] = in.readLong();
      }
      pages.set(p, page);
    }
  }
}
