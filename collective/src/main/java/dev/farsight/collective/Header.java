package dev.farsight.collective;

import java.nio.ByteBuffer;

/** What a rank tells another of its call, so that the other sees whether it calls the same. */
final class Header {

  static final int BYTES = 24;

  private static final Operation[] OPERATIONS = Operation.values();
  private static final Elements[] ELEMENTS = Elements.values();

  /** Number of the call, from 1. */
  long number;

  Operation operation = Operation.BARRIER;
  Elements elements = Elements.BYTES;

  /** Of a broadcast, otherwise 0. */
  int root;

  /** How many elements the call has, where that must be equal on all ranks; otherwise 0. */
  int whole;

  /** How many elements the receiver gets. */
  int piece;

  void write(ByteBuffer to) {
    to.putLong(0, number);
    to.put(8, (byte) operation.code);
    to.put(9, (byte) elements.code);
    to.putShort(10, (short) 0);
    to.putInt(12, root);
    to.putInt(16, whole);
    to.putInt(20, piece);
  }

  void read(ByteBuffer from) {
    number = from.getLong(0);
    operation = operation(from.get(8));
    elements = elements(from.get(9));
    root = from.getInt(12);
    whole = from.getInt(16);
    piece = from.getInt(20);
  }

  private static Operation operation(int code) {
    for (Operation known : OPERATIONS) {
      if (known.code == code) {
        return known;
      }
    }
    throw new IllegalArgumentException("a header of operation " + code);
  }

  private static Elements elements(int code) {
    for (Elements known : ELEMENTS) {
      if (known.code == code) {
        return known;
      }
    }
    throw new IllegalArgumentException("a header of elements " + code);
  }

  boolean sameCall(Header other) {
    return number == other.number
        && operation == other.operation
        && elements == other.elements
        && root == other.root
        && whole == other.whole;
  }

  /** The call in a message, such as {@code allReduce of 12 floats (operation 3)}. */
  String describe() {
    String of =
        switch (operation) {
          case BARRIER -> "";
          case ALL_TO_ALL, DEVICE_EXCHANGE -> " of " + elements.title;
          case BROADCAST -> " of " + whole + " bytes from rank " + root;
          default -> " of " + whole + " " + elements.title;
        };
    return operation.title + of + " (operation " + number + ")";
  }
}
