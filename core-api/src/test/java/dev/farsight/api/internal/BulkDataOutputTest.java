package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same calls give the bytes of {@link DataOutputStream}. */
class BulkDataOutputTest {

  @Test
  void writesWhatDataOutputStreamWrites() throws IOException {
    long seed = System.nanoTime();
    var expected = new ByteArrayOutputStream();
    var actual = new ByteArrayOutputStream();
    write(new DataOutputStream(expected), new Random(seed));
    try (var bulk = new BulkDataOutput(actual)) {
      write(bulk, new Random(seed));
    }
    assertThat(actual.toByteArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
  }

  private static void write(DataOutput out, Random random) throws IOException {
    for (int i = 0; i < 200_000; i++) {
      switch (random.nextInt(12)) {
        case 0 -> out.write(random.nextInt());
        case 1 -> out.writeBoolean(random.nextBoolean());
        case 2 -> out.writeByte(random.nextInt());
        case 3 -> out.writeShort(random.nextInt());
        case 4 -> out.writeChar(random.nextInt());
        case 5 -> out.writeInt(random.nextInt());
        case 6 -> out.writeLong(random.nextLong());
        case 7 -> out.writeFloat(random.nextFloat());
        case 8 -> out.writeDouble(random.nextDouble());
        case 9 -> out.writeUTF(text(random));
        case 10 -> out.writeChars(text(random));
        default -> writeBytes(out, random);
      }
    }
    byte[] large = new byte[3 << 20];
    random.nextBytes(large);
    out.write(large);
    out.writeBytes("abc\u00e9");
  }

  private static void writeBytes(DataOutput out, Random random) throws IOException {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    out.write(bytes, bytes.length / 3, bytes.length / 2);
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(20), 0, 1 << 16)
        .mapToObj(c -> String.valueOf((char) (random.nextBoolean() ? c : c % 128)))
        .collect(java.util.stream.Collectors.joining());
  }

  @Test
  void aTextThatIsTooLongIsRefused() throws IOException {
    try (var out = new BulkDataOutput(new ByteArrayOutputStream())) {
      assertThatThrownBy(() -> out.writeUTF("x".repeat(1 << 16)))
          .isInstanceOf(UTFDataFormatException.class);
    }
  }
}
