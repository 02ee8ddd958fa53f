package dev.farsight.api.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The layout of a row wherever it is stored or moved: weights, then optimizer state. Both always
 * move together. A row is a whole number of 4-byte words, in native byte order:
 *
 * <pre>
 * | dim weights of the precision, padded to whole words | state parts one after the other, float32 |
 * 0                                                     stateWord()                          words()
 * </pre>
 *
 * <p>Before its first update, a row's weights are {@linkplain InitialRows drawn} and each state
 * float has its part's start value. Immutable.
 *
 * @param dim weights of a row, at least 1
 * @param precision how a weight is stored
 * @param state the optimizer state of each row; empty if the optimizer keeps none
 */
public record RowFormat(int dim, Precision precision, List<StatePart> state) {

  /**
   * A row has fewer bytes than this, so that positions inside a row and its neighbours fit in an
   * int.
   */
  private static final int MAX_BYTES = 1 << 24;

  public RowFormat {
    state = List.copyOf(state);
    long stateFloats = state.stream().mapToLong(StatePart::floats).sum();
    long bytes = (long) dim * precision.bytes() + stateFloats * Float.BYTES;
    if (dim < 1 || bytes >= MAX_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a row of %d weights and %d floats of state; at least 1 weight and at most %d bytes are possible",
              dim,
              stateFloats,
              MAX_BYTES - 1));
    }
  }

  /** How a weight is stored. */
  public enum Precision {
    FP32("fp32", 4),

    /** The upper half of a float32: its range, and 8 bits of precision. */
    BF16("bf16", 2),

    /** IEEE 754 binary16: 11 bits of precision, up to 65,504. */
    FP16("fp16", 2);

    private final String configName;
    private final int bytes;

    Precision(String configName, int bytes) {
      this.configName = configName;
      this.bytes = bytes;
    }

    /** The name in configurations and files. */
    public String configName() {
      return configName;
    }

    /** Bytes of one weight. */
    public int bytes() {
      return bytes;
    }
  }

  /**
   * A part of the optimizer state of a row.
   *
   * @param name the optimizer's name for this part, such as {@code adagrad}
   * @param floats how many floats this part has in each row, at least 1
   * @param start the value of each of these floats before the row's first update; finite
   */
  public record StatePart(String name, int floats, float start) {

    public StatePart {
      if (floats < 1 || !Float.isFinite(start)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "state %s of %d floats with start value %s; at least 1 float and a finite start value are needed",
                name,
                floats,
                start));
      }
    }
  }

  /** A format of float32 weights. */
  public static RowFormat fp32(int dim, List<StatePart> state) {
    return new RowFormat(dim, Precision.FP32, state);
  }

  /** A format of float32 weights and {@code stateFloats} floats of state that start at 0. */
  public static RowFormat of(int dim, int stateFloats) {
    return fp32(
        dim, stateFloats == 0 ? List.of() : List.of(new StatePart("state", stateFloats, 0)));
  }

  /** Floats of optimizer state of a row. */
  public int stateFloats() {
    return stateFloats(state);
  }

  private static int stateFloats(List<StatePart> state) {
    // No stream: callers on the hot path must not allocate.
    int floats = 0;
    for (int p = 0; p < state.size(); p++) {
      floats += state.get(p).floats();
    }
    return floats;
  }

  /** The value of each float of state before the row's first update. Returns a new array. */
  public float[] stateStart() {
    var start = new float[stateFloats()];
    int position = 0;
    for (StatePart part : state) {
      Arrays.fill(start, position, position + part.floats(), part.start());
      position += part.floats();
    }
    return start;
  }

  /** Position in a row at which the state begins, in 4-byte words. */
  public int stateWord() {
    return (dim * precision.bytes() + Float.BYTES - 1) / Float.BYTES;
  }

  /** 4-byte words of a row, weights and state. */
  public int words() {
    return stateWord() + stateFloats();
  }

  /** Bytes of a row, weights and state. */
  public int bytes() {
    return words() * Float.BYTES;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "rows of %d %s weights and %d floats of state",
        dim,
        precision.configName(),
        stateFloats());
  }
}
