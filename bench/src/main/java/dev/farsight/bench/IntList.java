package dev.farsight.bench;

import dev.farsight.api.FarsightException;
import java.util.Arrays;

/** A list of ints that grows, without a box for each. Not thread-safe. */
public final class IntList {

  private static final int MOST = Integer.MAX_VALUE - 8;

  private int[] values = new int[1024];
  private int size;

  public void add(int value) {
    if (size == values.length) {
      if (size == MOST) {
        throw new FarsightException("more than 2^31 entries; take a sample of the trace");
      }
      values = Arrays.copyOf(values, (int) Math.min(MOST, size * 3L / 2));
    }
    values[size++] = value;
  }

  public int size() {
    return size;
  }

  public int get(int position) {
    return values[position];
  }

  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
