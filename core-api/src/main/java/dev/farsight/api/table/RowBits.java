package dev.farsight.api.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of row ids: one bit per row, in pages of 2^18 rows (32 KiB). A page is allocated when its
 * first row is added. So memory and the cost of counting and clearing depend on the pages touched,
 * not on the size of the tables.
 *
 * <p>{@link #contains}, {@link #add}, {@link #remove} and {@link #next} are safe from several
 * threads: a thread that sees a change also sees what the changing thread did before it. All other
 * methods must run while no thread changes the set.
 */
public final class RowBits {

  private static final int PAGE_SHIFT = 18;
  private static final int PAGE_WORDS = 1 << (PAGE_SHIFT - 6);
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final AtomicReferenceArray<long[]> pages;

  /** An empty set of ids below {@code rows}. */
  public RowBits(long rows) {
    pages = new AtomicReferenceArray<>(Math.toIntExact((rows >>> PAGE_SHIFT) + 1));
  }

  /** Memory of a set of ids below {@code rows} if every page is touched, in bytes. */
  public static long bytes(long rows) {
    return ((rows >>> PAGE_SHIFT) + 1) * PAGE_WORDS * Long.BYTES;
  }

  public boolean contains(long row) {
    long[] page = pages.getAcquire((int) (row >>> PAGE_SHIFT));
    return page != null && ((long) WORDS.getAcquire(page, wordOf(row)) >>> row & 1) != 0;
  }

  /** Adds a row; returns true if the set did not contain it. */
  public boolean add(long row) {
    long[] page = pageFor((int) (row >>> PAGE_SHIFT));
    if (((long) WORDS.getAcquire(page, wordOf(row)) >>> row & 1) != 0) {
      return false; // in the steady state words are only read
    }
    long before = (long) WORDS.getAndBitwiseOrRelease(page, wordOf(row), 1L << row);
    return (before >>> row & 1) == 0;
  }

  /** Adds {@code row + b} for each bit b set in {@code word}; {@code row} is a multiple of 64. */
  public void addWord(long row, long word) {
    if (word != 0) {
      long[] page = pageFor((int) (row >>> PAGE_SHIFT));
      long unused = (long) WORDS.getAndBitwiseOrRelease(page, wordOf(row), word);
    }
  }

  public void remove(long row) {
    long[] page = pages.getAcquire((int) (row >>> PAGE_SHIFT));
    if (page != null) {
      long unused = (long) WORDS.getAndBitwiseAndRelease(page, wordOf(row), ~(1L << row));
    }
  }

  private long[] pageFor(int p) {
    long[] page = pages.getAcquire(p);
    if (page == null) {
      long[] fresh = new long[PAGE_WORDS];
      page = pages.compareAndExchange(p, null, fresh);
      if (page == null) {
        page = fresh;
      }
    }
    return page;
  }

  private static int wordOf(long row) {
    return (int) (row >>> 6) & (PAGE_WORDS - 1);
  }

  /** The smallest id in the set that is not below {@code from}, or -1. */
  public long next(long from) {
    for (int p = (int) (from >>> PAGE_SHIFT); p < pages.length(); p++) {
      long[] page = pages.getAcquire(p);
      long first = Math.max(from, (long) p << PAGE_SHIFT);
      for (int w = page == null ? PAGE_WORDS : wordOf(first); w < PAGE_WORDS; w++) {
        long base = ((long) p << PAGE_SHIFT) + ((long) w << 6);
        long word = (long) WORDS.getAcquire(page, w) & (base < from ? -1L << from : -1L);
        if (word != 0) {
          return base + Long.numberOfTrailingZeros(word);
        }
      }
    }
    return -1;
  }

  /** How many rows are in the set. */
  public long count() {
    long count = 0;
    for (int p = 0; p < pages.length(); p++) {
      long[] page = pages.get(p);
      for (int w = 0; page != null && w < PAGE_WORDS; w++) {
        count += Long.bitCount(page[w]);
      }
    }
    return count;
  }

  /** How many rows in {@code [from, to)} are in the set. */
  public long count(long from, long to) {
    long count = 0;
    for (long row = from & -Long.SIZE; row < to; row += Long.SIZE) {
      long[] page = pages.get((int) (row >>> PAGE_SHIFT));
      if (page == null) {
        row = lastWord(row);
        continue;
      }
      count += Long.bitCount(page[wordOf(row)] & mask(row, from, to));
    }
    return count;
  }

  /** The first row of the last word of a row's page. */
  private static long lastWord(long row) {
    return (row | (1L << PAGE_SHIFT) - 1) + 1 - Long.SIZE;
  }

  /** Empties the set; its pages stay allocated. */
  public void clear() {
    for (int p = 0; p < pages.length(); p++) {
      long[] page = pages.get(p);
      if (page != null) {
        Arrays.fill(page, 0);
      }
    }
  }

  /** Adds all rows of another set of the same size. */
  public void addAll(RowBits others) {
    addAll(others, 0, (long) pages.length() << PAGE_SHIFT);
  }

  /** Adds the rows of another set that are in {@code [from, to)}. */
  public void addAll(RowBits others, long from, long to) {
    long end = Math.min(to, (long) pages.length() << PAGE_SHIFT);
    for (long row = from & -Long.SIZE; row < end; row += Long.SIZE) {
      long[] page = others.pages.get((int) (row >>> PAGE_SHIFT));
      if (page == null) {
        row = lastWord(row);
        continue;
      }
      addWord(row, page[wordOf(row)] & mask(row, from, to));
    }
  }

  /**
   * The bits of the 64 rows from {@code row} on that are in {@code [from, to)}.
   *
   * @param row a multiple of 64
   */
  public static long mask(long row, long from, long to) {
    long mask = row < from ? -1L << from : -1L;
    return to - row < Long.SIZE ? mask & ~(-1L << to) : mask;
  }

  /** Writes each page touched, as the page's number and its 32 KiB, then -1. */
  public void save(DataOutput out) throws IOException {
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

  /**
   * Reads what {@link #save} wrote, into an empty set.
   *
   * @throws IOException if a page is outside the set
   */
  public void load(DataInput in) throws IOException {
    for (int p = in.readInt(); p >= 0; p = in.readInt()) {
      if (p >= pages.length()) {
        throw new IOException("page " + p + " of a set of " + pages.length() + " pages");
      }
      long[] page = new long[PAGE_WORDS];
      for (int w = 0; w < PAGE_WORDS; w++) {
        page[w] = in.readLong();
      }
      pages.set(p, page);
    }
  }
}
