package dev.farsight.serving.request;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the values of a tensor from binary data: little-endian numbers, and texts in UTF-8, each
 * behind its length in 4 bytes.
 */
public final class BinaryValues {

  private BinaryValues() {}

  /**
   * @param data the whole data of the tensor; its position is moved to the end
   * @throws Refusal if it is no whole number of values
   */
  public static void read(Tensor tensor, ByteBuffer data) {
    data.order(ByteOrder.LITTLE_ENDIAN);
    int width = tensor.type().width();
    if (width > 0 && data.remaining() % width != 0) {
      throw tensor.wrong(
          "its binary data of "
              + data.remaining()
              + " bytes are no whole number of values of "
              + width
              + " bytes");
    }
    switch (tensor.type()) {
      case FP32 -> {
        while (data.hasRemaining()) {
          tensor.add(data.getFloat());
        }
      }
      case INT32 -> {
        while (data.hasRemaining()) {
          tensor.add((long) data.getInt());
        }
      }
      case INT64 -> {
        while (data.hasRemaining()) {
          tensor.add(data.getLong());
        }
      }
      case BYTES -> {
        while (data.hasRemaining()) {
          tensor.add(text(tensor, data));
        }
      }
    }
  }

  private static String text(Tensor tensor, ByteBuffer data) {
    int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
    if (length < 0 || length > data.remaining()) {
      throw tensor.wrong("its binary data end within value " + tensor.count());
    }
    var bytes = new byte[length];
    data.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
