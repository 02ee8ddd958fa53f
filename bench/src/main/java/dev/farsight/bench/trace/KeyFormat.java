package dev.farsight.bench.trace;

import java.util.Locale;
import java.util.function.LongConsumer;

/** How a key trace is written; each is one method that reads all of a file. */
enum KeyFormat {
  /** Keys of 8 bytes, big-endian. */
  BE64 {
    @Override
    void read(TraceInput in, LongConsumer keys) {
      binary(in, Long.BYTES, keys);
    }
  },

  /** Keys of 4 bytes, big-endian. */
  BE32 {
    @Override
    void read(TraceInput in, LongConsumer keys) {
      binary(in, Integer.BYTES, keys);
    }
  },

  /** A whole number a line. */
  TEXT {
    @Override
    void read(TraceInput in, LongConsumer keys) {
      var line = new NumberLine(in);
      while (line.next()) {
        line.require(1, "a key: a whole number");
        keys.accept(line.number(0));
      }
    }
  },

  /** Lines {@code start count ignored ignored}, for the keys from start to start + count - 1. */
  ARC {
    @Override
    void read(TraceInput in, LongConsumer keys) {
      var line = new NumberLine(in);
      while (line.next()) {
        line.require(4, "'start count 0 request': four whole numbers");
        long start = line.number(0);
        long count = line.number(1);
        if (count < 1 || count > MOST_OF_A_REQUEST || start > Long.MAX_VALUE - count) {
          throw line.bad("a count of " + count + " from " + start);
        }
        for (long key = start; key < start + count; key++) {
          keys.accept(key);
        }
      }
    }
  };

  /**
   * A request for more keys is taken for a damaged line: memory must follow the file, not what a
   * line claims.
   */
  private static final long MOST_OF_A_REQUEST = 1 << 16;

  abstract void read(TraceInput in, LongConsumer keys);

  /** The name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static void binary(TraceInput in, int bytes, LongConsumer keys) {
    byte[] key = new byte[bytes];
    while (true) {
      int got = in.read(key, bytes);
      if (got == 0) {
        return;
      }
      if (got < bytes) {
        throw in.bad(in.offset() - got, "ends within a key of " + bytes + " bytes");
      }
      long value = 0;
      for (byte part : key) {
        value = value << 8 | (part & 0xff);
      }
      keys.accept(value);
    }
  }
}
