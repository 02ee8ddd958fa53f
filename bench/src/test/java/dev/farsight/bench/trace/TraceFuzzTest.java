package dev.farsight.bench.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.bench.replay.DistinctRows;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Sample;
import dev.farsight.testkit.fuzz.Mutations;
import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Traces that are damaged by chance, also such as have right checksums again: each is read, or
 * refused with its name, and nothing else happens.
 */
@Timeout(600)
class TraceFuzzTest {

  private static final long SEED = 31;
  private static final int FEW = 200;
  private static final int MANY = 20_000;
  private static final int[] ROWS = {1, 300, 70_000, Integer.MAX_VALUE};

  @TempDir private Path folder;

  private static final BatchSchema ONE_HOT = TestTraces.schema(ROWS);
  private static final BatchSchema BAGS = TestTraces.bags(ROWS);

  private byte[] recorded(BatchSchema schema) throws IOException {
    Path file = folder.resolve("recorded");
    TestTraces.recorded(file, 16, TestTraces.parts(SEED, 4, 60, schema), schema);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** Reads a file as the commands do. */
  private void tried(String name, String format, Mutant mutant, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    Throwable thrown =
        catchThrowable(
            () -> {
              Trace trace = Traces.open(file, Optional.of(format));
              Requests.of(trace, trace.batchSize(), Sample.ALL);
              DistinctRows.in(trace);
            });
    if (thrown != null) {
      assertThat(thrown).as("%s", mutant).isInstanceOf(FarsightException.class);
      assertThat(thrown).as("%s", mutant).hasMessageStartingWith(file.toString());
      assertThat(thrown.getMessage()).as("%s", mutant).hasSizeLessThan(700);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).as("%s", mutant).containsExactly(file);
    }
  }

  private void tryAll(byte[] original, int count, String format, Function<byte[], byte[]> whole)
      throws IOException {
    Path sound = Files.write(folder.resolve("trace"), whole.apply(original));
    assertThat(Requests.of(Traces.open(sound, Optional.of(format)), 16, Sample.ALL).distinct())
        .as("distinct rows of the original")
        .isPositive();
    for (Mutant mutant : new Mutations(original, SEED).stream(count).toList()) {
      tried("trace", format, mutant, whole.apply(mutant.bytes()));
    }
  }

  private void damaged(BatchSchema schema, int count) throws IOException {
    tryAll(recorded(schema), count, "farsight", bytes -> bytes);
  }

  /** The header's fields are damaged, and its length and checksum are made to fit. */
  private void sealedHeaders(BatchSchema schema, int count) throws IOException {
    byte[] original = recorded(schema);
    int length = ByteBuffer.wrap(original).getInt(TraceFormat.HEADER_START - Integer.BYTES);
    int end = TraceFormat.HEADER_START + length;
    byte[] blocks = Arrays.copyOfRange(original, end + Integer.BYTES, original.length);
    tryAll(
        Arrays.copyOfRange(original, TraceFormat.HEADER_START, end),
        count,
        "farsight",
        body -> {
          var sealed =
              ByteBuffer.allocate(
                      TraceFormat.HEADER_START + body.length + Integer.BYTES + blocks.length)
                  .put(original, 0, TraceFormat.HEADER_START - Integer.BYTES)
                  .putInt(body.length)
                  .put(body);
          return sealed
              .putInt(TraceWriter.crc(sealed.array(), sealed.position()))
              .put(blocks)
              .array();
        });
  }

  /** The first block is damaged, and its length and checksum are made to fit. */
  private void sealedBlocks(BatchSchema schema, int count) throws IOException {
    byte[] original = recorded(schema);
    int from =
        TraceFormat.HEADER_START
            + ByteBuffer.wrap(original).getInt(TraceFormat.HEADER_START - Integer.BYTES)
            + Integer.BYTES;
    int size = ByteBuffer.wrap(original).getInt(from + TraceFormat.BLOCK_HEADER - Integer.BYTES);
    int end = from + TraceFormat.BLOCK_HEADER + size;
    byte[] columns =
        Zstd.decompress(
            Arrays.copyOfRange(original, from + TraceFormat.BLOCK_HEADER, end), 1 << 20);
    int fields = TraceFormat.BLOCK_HEADER - Integer.BYTES;
    byte[] block =
        Arrays.copyOf(Arrays.copyOfRange(original, from, from + fields), fields + columns.length);
    System.arraycopy(columns, 0, block, fields, columns.length);
    tryAll(
        block,
        count,
        "farsight",
        mutant -> {
          int cut = Math.min(fields, mutant.length);
          byte[] packed = Zstd.compress(Arrays.copyOfRange(mutant, cut, mutant.length));
          byte[] sealed =
              ByteBuffer.allocate(TraceFormat.BLOCK_HEADER + packed.length + Integer.BYTES)
                  .put(mutant, 0, cut)
                  .position(fields)
                  .putInt(packed.length)
                  .put(packed)
                  .array();
          ByteBuffer.wrap(sealed)
              .putInt(
                  sealed.length - Integer.BYTES,
                  TraceWriter.crc(sealed, sealed.length - Integer.BYTES));
          return ByteBuffer.allocate(from + sealed.length + original.length - end - Integer.BYTES)
              .put(original, 0, from)
              .put(sealed)
              .put(original, end + Integer.BYTES, original.length - end - Integer.BYTES)
              .array();
        });
  }

  private void keys(String format, int count) throws IOException {
    long[] keys = TestTraces.mixedKeys(SEED, 300, 50);
    byte[] original =
        switch (format) {
          case "text" -> lines(LongStream.of(keys).mapToObj(Long::toString).toArray(String[]::new));
          case "arc" ->
              lines(
                  LongStream.of(keys)
                      .mapToObj(key -> (key >>> 40) + " " + (1 + (key & 7)) + " 0 1")
                      .toArray(String[]::new));
          default -> {
            var bytes = ByteBuffer.allocate(8 * keys.length);
            LongStream.of(keys).forEach(bytes::putLong);
            yield bytes.array();
          }
        };
    tryAll(original, count, format, bytes -> bytes);
    for (Mutant mutant : new Mutations(gzip(original), SEED).stream(count).toList()) {
      tried("trace.gz", format, mutant, mutant.bytes());
      Files.delete(folder.resolve("trace.gz"));
    }
  }

  private static byte[] lines(String... lines) {
    return (Arrays.stream(lines).collect(Collectors.joining("\n")) + "\n").getBytes(UTF_8);
  }

  private byte[] gzip(byte[] bytes) throws IOException {
    Files.deleteIfExists(folder.resolve("trace"));
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static List<BatchSchema> schemas() {
    return List.of(ONE_HOT, BAGS);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void recordedTracesAreReadOrRefused(BatchSchema schema) throws IOException {
    damaged(schema, FEW);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void recordedTracesWithSealedHeadersAreReadOrRefused(BatchSchema schema) throws IOException {
    sealedHeaders(schema, 2 * FEW);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void recordedTracesWithSealedBlocksAreReadOrRefused(BatchSchema schema) throws IOException {
    sealedBlocks(schema, 2 * FEW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"be64", "be32", "text", "arc"})
  void keyTracesAreReadOrRefused(String format) throws IOException {
    keys(format, FEW);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  @Tag("nightly")
  @Timeout(7200)
  void manyRecordedTracesAreReadOrRefused(BatchSchema schema) throws IOException {
    damaged(schema, MANY);
    sealedHeaders(schema, MANY);
    sealedBlocks(schema, MANY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"be64", "be32", "text", "arc"})
  @Tag("nightly")
  @Timeout(7200)
  void manyKeyTracesAreReadOrRefused(String format) throws IOException {
    keys(format, MANY);
  }
}
