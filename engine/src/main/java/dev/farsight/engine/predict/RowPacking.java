package dev.farsight.engine.predict;

import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.RowFormat.Precision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * How the weights of a row are kept in memory to serve them. Buffers have the native byte order.
 * Immutable; a thread passes its own scratch.
 */
enum RowPacking {
  /** Float32, as they are. */
  FP32(4, 0),
  /** The nearest bfloat16 of each. */
  BF16(2, 0),
  /** The nearest IEEE 754 binary16 of each. */
  FP16(2, 0),
  /**
   * A float32 scale, the largest magnitude divided by 127, and each weight as a signed byte times
   * it. A weight is off by half the scale at most.
   */
  INT8(1, Float.BYTES);

  private static final int MAX_INT8 = 127;

  private final int weightBytes;
  private final int scaleBytes;

  RowPacking(int weightBytes, int scaleBytes) {
    this.weightBytes = weightBytes;
    this.scaleBytes = scaleBytes;
  }

  /** The names in the configuration. */
  static List<String> configNames() {
    return List.of(values()).stream().map(RowPacking::configName).toList();
  }

  /** The packing of that {@link #configName}. */
  static RowPacking ofConfigName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The packing that loses nothing of rows of a precision. */
  static RowPacking of(Precision precision) {
    return valueOf(precision.name());
  }

  /** Whether rows of a precision may differ once they are packed like this. */
  boolean loses(Precision precision) {
    return this != FP32 && this != of(precision);
  }

  String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of a row. */
  int rowBytes(int dim) {
    return dim * weightBytes + scaleBytes;
  }

  /** Writes a row to a buffer from a byte on. */
  void pack(float[] weights, ByteBuffer target, int firstByte) {
    int at = firstByte;
    float scale = 0;
    if (this == INT8) {
      scale = scale(weights);
      target.putFloat(at, scale);
      at += Float.BYTES;
    }
    for (float weight : weights) {
      switch (this) {
        case FP32 -> target.putFloat(at, weight);
        case BF16 -> target.putShort(at, HalfPrecision.nearest(Precision.BF16, weight));
        case FP16 -> target.putShort(at, HalfPrecision.nearest(Precision.FP16, weight));
        case INT8 -> target.put(at, (byte) (scale == 0 ? 0 : Math.round(weight / scale)));
        default -> throw new AssertionError(this);
      }
      at += weightBytes;
    }
  }

  private static float scale(float[] weights) {
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    return largest / MAX_INT8;
  }

  /** Reads a row from a buffer. */
  void unpack(ByteBuffer source, int firstByte, float[] weights) {
    switch (this) {
      case FP32 -> {
        for (int d = 0; d < weights.length; d++) {
          weights[d] = source.getFloat(firstByte + d * Float.BYTES);
        }
      }
      case BF16 -> unpackHalf(Precision.BF16, source, firstByte, weights);
      case FP16 -> unpackHalf(Precision.FP16, source, firstByte, weights);
      case INT8 -> {
        float scale = source.getFloat(firstByte);
        for (int d = 0; d < weights.length; d++) {
          weights[d] = source.get(firstByte + Float.BYTES + d) * scale;
        }
      }
      default -> throw new AssertionError(this);
    }
  }

  private static void unpackHalf(
      Precision precision, ByteBuffer source, int firstByte, float[] weights) {
    for (int d = 0; d < weights.length; d++) {
      weights[d] = HalfPrecision.widen(precision, source.getShort(firstByte + d * Short.BYTES));
    }
  }
}
