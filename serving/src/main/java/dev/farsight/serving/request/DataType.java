package dev.farsight.serving.request;

import dev.farsight.api.internal.Quoted;

/** The datatypes of tensors that are read, by their names in the protocol. */
public enum DataType {
  FP32(Float.BYTES),
  INT32(Integer.BYTES),
  INT64(Long.BYTES),
  /** Texts in UTF-8. */
  BYTES(0);

  private final int width;

  DataType(int width) {
    this.width = width;
  }

  /** Bytes of a value in binary data; 0 if values differ in length. */
  public int width() {
    return width;
  }

  public boolean isInteger() {
    return this == INT32 || this == INT64;
  }

  /**
   * @param input the name of the tensor, for the message
   * @throws Refusal if there is no such datatype
   */
  public static DataType of(String name, String input) {
    for (DataType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Refusal.invalid(
        "input "
            + Quoted.of(input)
            + ": datatype "
            + Quoted.of(name)
            + " is none of FP32, INT32, INT64, BYTES");
  }
}
