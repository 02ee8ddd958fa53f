package dev.farsight.datasets.npy;

import dev.farsight.api.internal.Quoted;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The types of values that are read. */
enum NpyType {
  FLOAT32("f4"),
  FLOAT64("f8"),
  INT32("i4"),
  INT64("i8"),
  INT8("i1"),
  UINT8("u1"),
  BOOL("b1");

  /** Types of numbers. */
  static final Set<NpyType> NUMBERS = Set.of(FLOAT32, FLOAT64, INT32, INT64);

  /** Types of numbers that may have a fraction. */
  static final Set<NpyType> FLOATS = Set.of(FLOAT32, FLOAT64);

  /** Types of whole numbers, such as ids. */
  static final Set<NpyType> WHOLE = Set.of(INT32, INT64);

  /** Types of labels. */
  static final Set<NpyType> ALL = Set.of(values());

  private final String code;

  NpyType(String code) {
    this.code = code;
  }

  /**
   * The type that a header names, such as {@code <f4}.
   *
   * @throws IllegalArgumentException if values of the type are not read; the message says why
   */
  static NpyType of(String descr) {
    NpyType type =
        Arrays.stream(values())
            .filter(known -> descr.matches("[<>|=]" + known.code))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "has values of type " + Quoted.of(descr) + ", which is not read"));
    if (descr.charAt(0) == '>' && type.bytes() > 1) {
      throw new IllegalArgumentException(
          "has values of type "
              + descr
              + ", big-endian; convert it: a.astype('<"
              + type.code
              + "')");
    }
    return type;
  }

  /** Bytes of a value. */
  int bytes() {
    return code.charAt(1) - '0';
  }

  /** As NumPy names it. */
  String numpyName() {
    return this == BOOL ? "bool" : name().toLowerCase(Locale.ROOT);
  }

  static String names(Set<NpyType> types) {
    return types.stream().sorted().map(NpyType::numpyName).collect(Collectors.joining(", "));
  }
}
