package dev.farsight.bench.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class KeyTraceTest {

  private static final long[] KEYS = {
    7, -1, 7, 0, Long.MIN_VALUE, Long.MAX_VALUE, -1, -2, 0, 1L << 40
  };

  @TempDir private Path folder;

  private static int[] numbers(Trace trace) {
    Batch batch = trace.newBatch(1000);
    try (TracePass pass = trace.open(1000)) {
      assertThat(pass.next(batch)).isTrue();
      return Arrays.copyOf(batch.indices(0), batch.samples());
    }
  }

  private Trace open(String name, String format, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = packed(name, Files.newOutputStream(file))) {
      out.write(bytes);
    }
    return Traces.open(file, Optional.of(format));
  }

  private static OutputStream packed(String name, OutputStream out) throws IOException {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "gz" -> new GZIPOutputStream(out);
      case "xz" -> new XZOutputStream(out, new LZMA2Options());
      case "zst" -> new ZstdOutputStream(out);
      default -> out;
    };
  }

  private static byte[] be64(long... keys) {
    var bytes = ByteBuffer.allocate(Long.BYTES * keys.length);
    for (long key : keys) {
      bytes.putLong(key);
    }
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys.trace", "keys.trace.gz", "keys.xz", "keys.zst"})
  void keysAreNumberedByTheirFirstUse(String name) throws IOException {
    Trace trace = open(name, "be64", be64(KEYS));
    assertThat(numbers(trace)).containsExactly(0, 1, 0, 2, 3, 4, 1, 5, 2, 6);
    assertThat(trace.tables().rows()).isEqualTo(7);
    assertThat(trace.batchSize()).isEqualTo(1);
  }

  @Test
  void otherFormats() throws IOException {
    assertThat(numbers(open("a", "be32", new byte[] {0, 0, 0, 5, -1, 0, 0, 5, 0, 0, 0, 5})))
        .containsExactly(0, 1, 0);
    assertThat(numbers(open("b", "text", "10\r\n-3\n\n 10 \n007\n7".getBytes(US_ASCII))))
        .containsExactly(0, 1, 0, 2, 2);
    assertThat(numbers(open("c", "ARC", "5 3 0 1\n6 1 0 2\n".getBytes(US_ASCII))))
        .containsExactly(0, 1, 2, 1);
    assertThat(
            numbers(
                open(
                    "d", "text", "9223372036854775807\n-9223372036854775808\n".getBytes(US_ASCII))))
        .containsExactly(0, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text | 1;2;x3          | :3: 'x' in a number, where the format has a key: a whole number
          text | 1;2 3           | :2: 2 numbers, where the format has a key: a whole number
          text | 12a             | :1: 'a' in a number, where the format has a key: a whole number
          text | 1;-             | :2: a line's end in a number, where the format has a key: a whole number
          text | 9223372036854775808 | :1: a number beyond 64 bits, where the format has a key: a whole number
          text | 99999999999999999999 | :1: a number beyond 64 bits, where the format has a key: a whole number
          text | ;               | : no key in it
          arc  | 1 1 0 0;5 1 0   | :2: 3 numbers, where the format has 'start count 0 request': four whole numbers
          arc  | 1 1 0 0 7       | :1: 5 numbers, where the format has 'start count 0 request': four whole numbers
          arc  | 1 0 0 0         | :1: a count of 0 from 1 is not possible
          arc  | 1 99999999 0 0  | :1: a count of 99999999 from 1 is not possible
          be32 | abcdef          | : byte 4: ends within a key of 4 bytes
          """)
  void damageIsToldWithItsPlace(String format, String contents, String message) {
    assertThatThrownBy(() -> open("t", format, contents.replace(';', '\n').getBytes(US_ASCII)))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(folder.resolve("t") + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys.gz", "keys.xz", "keys.zst"})
  void packedFilesThatAreCutOffOrDamagedAreTold(String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    long[] keys = TestTraces.mixedKeys(1, 20_000, 5_000);
    try (OutputStream out = packed(name, bytes)) {
      out.write(be64(keys));
    }
    Path file = folder.resolve(name);
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    assertThatThrownBy(() -> Traces.open(file, Optional.of("be64")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageMatching("\\Q" + file + "\\E: truncated: the compressed data ends too early.*");
    Files.write(file, "no such packing".getBytes(US_ASCII));
    assertThatThrownBy(() -> Traces.open(file, Optional.of("be64")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageMatching(
            "\\Q" + file + "\\E: is no (gzip|xz|zstd) data, although its name says so.*");
  }

  /** The libraries' own streams take such a file for one that ends early. */
  @ParameterizedTest
  @ValueSource(strings = {"keys.gz", "keys.xz", "keys.zst"})
  void aSecondMemberThatIsCutOffOrDamagedIsTold(String name) throws IOException {
    var first = new ByteArrayOutputStream();
    var second = new ByteArrayOutputStream();
    try (OutputStream out = packed(name, first)) {
      out.write(be64(1, 2));
    }
    try (OutputStream out = packed(name, second)) {
      out.write(be64(TestTraces.mixedKeys(2, 200, 50)));
    }
    Path file = folder.resolve(name);
    int start = first.size();
    first.writeBytes(second.toByteArray());
    byte[] whole = first.toByteArray();
    Files.write(file, whole);
    assertThat(numbers(Traces.open(file, Optional.of("be64")))).hasSize(202);
    for (int length = start + 1; length < whole.length; length += 13) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Traces.open(file, Optional.of("be64")))
          .as("%d bytes of %d", length, whole.length)
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageMatching(
              "\\Q" + file + "\\E: truncated: the compressed data ends too early.*");
    }
    byte[] damaged = whole.clone();
    damaged[start + 1] ^= 1;
    Files.write(file, damaged);
    assertThatThrownBy(() -> Traces.open(file, Optional.of("be64")))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageStartingWith(file + ": damaged: ");
  }

  @Test
  void wrongUseIsTold() throws IOException {
    Path file = Files.write(folder.resolve("k"), be64(1, 2));
    assertThatThrownBy(() -> Traces.open(folder.resolve("none"), Optional.of("be64")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder.resolve("none") + ": no such file; name a trace");
    assertThatThrownBy(() -> Traces.open(folder, Optional.of("be64")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder + ": is no file; name a trace");
    assertThatThrownBy(() -> Traces.open(file, Optional.of("be46")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--format: be46 is no format; did you mean be64? (there are farsight, be64, be32, text, arc)");
  }
}
