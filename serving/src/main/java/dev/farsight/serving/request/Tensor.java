package dev.farsight.serving.request;

import dev.farsight.api.internal.Quoted;
import java.util.Arrays;
import java.util.Locale;

/**
 * An input of a request, as it was sent: its name, its shape and its values, row-major. Carriers
 * are used again for later requests, and their arrays stay as long as they have grown.
 */
public final class Tensor {

  private static final int MOST_DIMENSIONS = 8;

  private final long[] shape = new long[MOST_DIMENSIONS];
  private int rank;
  private String name;
  private DataType type;
  private int count;
  private float[] floats = new float[0];
  private long[] longs = new long[0];
  private String[] texts = new String[0];

  void clear() {
    Arrays.fill(texts, 0, type == DataType.BYTES ? count : 0, null);
    name = null;
    type = null;
    rank = 0;
    count = 0;
  }

  public String name() {
    return name;
  }

  public void name(String newName) {
    name = newName;
  }

  public DataType type() {
    return type;
  }

  public void type(DataType newType) {
    type = newType;
  }

  public int rank() {
    return rank;
  }

  /** Size of a dimension. */
  public long size(int dimension) {
    return shape[dimension];
  }

  public void addDimension(long size) {
    if (rank == MOST_DIMENSIONS) {
      throw wrong("its shape has more than " + MOST_DIMENSIONS + " dimensions");
    }
    if (size < 0) {
      throw wrong("its shape has a size of " + size);
    }
    shape[rank++] = size;
  }

  /** How many values there are. */
  public int count() {
    return count;
  }

  /** Values of {@link DataType#FP32}. */
  public float[] floats() {
    return floats;
  }

  /** Values of {@link DataType#INT64} and {@link DataType#INT32}. */
  public long[] longs() {
    return longs;
  }

  /** Values of {@link DataType#BYTES}; null where a value is missing. */
  public String[] texts() {
    return texts;
  }

  public void add(float value) {
    if (count == floats.length) {
      floats = Arrays.copyOf(floats, grown());
    }
    floats[count++] = value;
  }

  public void add(long value) {
    if (count == longs.length) {
      longs = Arrays.copyOf(longs, grown());
    }
    longs[count++] = value;
  }

  public void add(String value) {
    if (count == texts.length) {
      texts = Arrays.copyOf(texts, grown());
    }
    texts[count++] = value;
  }

  private int grown() {
    return Math.max(16, count + (count >> 1));
  }

  /** Values that the arrays have room for. */
  int room() {
    return floats.length + longs.length + texts.length;
  }

  /**
   * Checks that there are as many values as the shape says.
   *
   * @throws Refusal if not
   */
  public void requireComplete() {
    if (rank == 0) {
      throw wrong("it has no shape");
    }
    long values = 1;
    for (int d = 0; d < rank; d++) {
      // No product of a request that fits into memory is as large.
      values = Math.min(Long.MAX_VALUE >> 32, values) * Math.min(Integer.MAX_VALUE, shape[d]);
    }
    if (values != count) {
      throw wrong(
          String.format(
              Locale.ROOT, "shape %s has %d values, and there are %d", shapeText(), values, count));
    }
  }

  /** The shape as it is written: {@code [2, 13]}. */
  public String shapeText() {
    return Arrays.toString(Arrays.copyOf(shape, rank));
  }

  /** The refusal of a request because of this tensor. */
  public Refusal wrong(String complaint) {
    return Refusal.invalid("input " + Quoted.of(name == null ? "?" : name) + ": " + complaint);
  }
}
