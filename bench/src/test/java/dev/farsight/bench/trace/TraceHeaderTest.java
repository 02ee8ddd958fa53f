package dev.farsight.bench.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.bench.replay.DistinctRows;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Sample;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers with right checksums that say what cannot be, or what takes memory for nothing. */
class TraceHeaderTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  /** A header of numbers and names, sealed. */
  private Path sealed(Object... fields) throws IOException {
    var body = new ByteArrayOutputStream();
    var data = new DataOutputStream(body);
    for (Object field : fields) {
      if (field instanceof Integer number) {
        data.writeInt(number);
      } else {
        data.write(((String) field).getBytes(UTF_8));
      }
    }
    var header =
        ByteBuffer.allocate(TraceFormat.HEADER_START + body.size() + Integer.BYTES)
            .putLong(TraceFormat.MAGIC)
            .putShort((short) TraceFormat.VERSION)
            .putInt(body.size())
            .put(body.toByteArray());
    header.putInt(TraceWriter.crc(header.array(), header.position()));
    return Files.write(folder.resolve("trace"), header.array());
  }

  private static void refused(Path file, String what) {
    assertThatThrownBy(() -> Traces.open(file, Optional.empty()))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(file + ": byte ")
        .hasMessageContaining(what);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 64, 1, 10, 1, the batch size: 0 is not from 1 to 16777216",
    "-1, 64, 1, 10, 1, the batch size: -1 is not from",
    "16, 2, 1, 10, 1, row bytes: 2 is not from 4 to",
    "16, 64, 0, 10, 1, tables: 0 is not from 1 to 1",
    "16, 64, 2000000000, 10, 1, tables: 2000000000 is not from 1 to 1",
    "16, 64, 1, 0, 1, rows of table 1: 0 is not from 1 to",
    "16, 64, 1, -5, 1, rows of table 1: -5 is not from 1 to",
    "16, 64, 1, 10, -1, length of the name of table 1: -1 is not from 1 to",
    "16, 64, 1, 10, 2147483647, it ends within the name of table 1",
  })
  void aFieldThatCannotBeIsNamed(
      int batchSize, int rowBytes, int tables, int rows, int nameLength, String what)
      throws IOException {
    refused(sealed(batchSize, rowBytes, tables, rows, nameLength, "a"), what);
  }

  @Test
  void tablesThatCannotBeAreNamed() throws IOException {
    refused(sealed(16, 64, 2, 10, 1, "a", 10, 1, "a"), "the name of table 2 is another's");
    refused(sealed(16, 64, 1, 10, 1, " "), "the name of table 1 is empty");
    refused(sealed(16, 64), "it ends before tables");
    refused(sealed(), "it ends before the batch size");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1, 1, the most lookups of a feature in a batch: 0 is not from 1 to",
    "9, 0, 0, 1, 1, features: 0 is not from 1 to 1",
    "9, 2, 0, 1, 1, features: 2 is not from 1 to 1",
    "9, 1, -1, 1, 1, the table of feature 1: -1 is not from 0 to 0",
    "9, 1, 1, 1, 1, the table of feature 1: 1 is not from 0 to 0",
    "9, 1, 0, -1, 1, fewest lookups of feature 1: -1 is not from 0 to",
    "9, 1, 0, 0, 0, most lookups of feature 1: 0 is not from 1 to",
    "9, 1, 0, 5, 4, most lookups of feature 1: 4 is not from 5 to",
  })
  void aFeatureThatCannotBeIsNamed(
      int limit, int features, int table, int fewest, int most, String what) throws IOException {
    refused(sealed(16, 64, 1, 10, 1, "a", limit, features, table, fewest, most, 1, "f"), what);
  }

  @Test
  void featuresThatCannotBeAreNamed() throws IOException {
    Object[] table = {16, 64, 1, 10, 1, "a", 9};
    refused(sealed(with(table, 2, 0, 1, 1, 1, "f", 0, 1, 1, 1, "f")), "feature 2 is another's");
    refused(sealed(with(table, 1, 0, 1, 1, 1, " ")), "the name of feature 1 is empty");
    refused(sealed(with(table, 1, 0, 1, 1, 5, "f")), "it ends within the name of feature 1");
    refused(sealed(with(table, 1, 0, 1, 1, 1, "f", "b")), "1 bytes follow the last field");
    refused(sealed(table), "it ends before features");
    refused(
        sealed(16, 64, 2, 10, 1, "a", 10, 1, "b", 9, 1, 1, 1, 1, 1, "f"),
        "no feature looks rows up in table 1");
  }

  private static Object[] with(Object[] fields, Object... more) {
    Object[] all = Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return all;
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Bytes that this thread allocates. */
  private static long allocated(Work work) throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    work.run();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }

  @Test
  void aLengthBeyondTheFileTakesNoMemory() throws IOException {
    var start =
        ByteBuffer.allocate(100)
            .putLong(TraceFormat.MAGIC)
            .putShort((short) TraceFormat.VERSION)
            .putInt(TraceFormat.MOST_HEADER_BYTES);
    Path file = Files.write(folder.resolve("trace"), start.array());
    assertThat(allocated(() -> refused(file, "ends within the header: the file is cut off")))
        .isLessThan(64 * MIB);
  }

  private static List<BatchSchema> hugeTables() {
    int[] rows = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    var schema = TestTraces.bags(rows);
    var endless =
        schema.features().stream()
            .map(f -> new Feature(f.name(), f.table(), 0, 1 << 30, f.pooling(), f.weighted()))
            .toList();
    return List.of(
        TestTraces.schema(rows),
        schema,
        new BatchSchema(0, schema.tables(), endless, Set.of(), 1000));
  }

  /** Two samples of a trace that says that it has huge batches, tables and bags. */
  @ParameterizedTest
  @MethodSource("hugeTables")
  void whatIsHugeTakesMemoryForWhatIsThere(BatchSchema schema) throws IOException {
    Path file = folder.resolve("trace");
    var parts = TestTraces.parts(7, 1, 2, TestTraces.bags(100, 100, 100));
    boolean bags = !schema.oneHot();
    TestTraces.recorded(file, 16, bags ? parts : TestTraces.parts(7, 1, 2, schema), schema);
    byte[] bytes = Files.readAllBytes(file);
    int length = ByteBuffer.wrap(bytes).getInt(TraceFormat.HEADER_START - Integer.BYTES);
    int end = TraceFormat.HEADER_START + length;
    ByteBuffer.wrap(bytes).putInt(TraceFormat.HEADER_START, TraceFormat.MOST_BATCH_SIZE);
    ByteBuffer.wrap(bytes).putInt(end, TraceWriter.crc(bytes, end));
    Files.write(file, bytes);
    long taken =
        allocated(
            () -> {
              Trace trace = Traces.open(file, Optional.empty());
              assertThat(trace.batchSize()).isBetween(2, 1 << 20);
              Requests.of(trace, trace.batchSize(), Sample.ALL);
              DistinctRows.in(trace);
            });
    assertThat(taken).isLessThan(200 * MIB);
  }

  @Test
  void aBatchWithMoreLookupsThanPossibleIsRefused() {
    int[] rows = new int[100];
    Arrays.fill(rows, Integer.MAX_VALUE);
    var trace =
        TestTraces.recorded(folder.resolve("trace"), 16, TestTraces.parts(7, 1, 20, rows), rows);
    assertThatThrownBy(() -> Requests.of(trace, 1 << 24, Sample.ALL))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(
            "a batch of 16777216 samples may have 1677721600 lookups, more than 2^30");
  }

  @Test
  void aRequestForMillionsOfKeysIsADamagedLine() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), "0 16777216 0 1\n");
    assertThatThrownBy(() -> Traces.open(file, Optional.of("arc")))
        .hasMessage(file + ":1: a count of 16777216 from 0 is not possible");
  }

  @Test
  void aFileThatIsCutOffIsRefusedWhenItIsOpened() throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(7, 3, 100, 1000), 1000);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Traces.open(file, Optional.empty()))
        .hasMessageContaining("the file is cut off");
  }
}
