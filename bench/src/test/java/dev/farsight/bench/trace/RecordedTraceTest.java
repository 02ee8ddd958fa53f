package dev.farsight.bench.trace;

import static dev.farsight.engine.cache.RowRequest.Use.TRAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTraceTest {

  private static final int[] ROWS = {1, 2, 256, 257, 65_536, 65_537, Integer.MAX_VALUE};

  @TempDir private Path folder;

  /** Each phase's samples, batch by batch. */
  private static List<TestTraces.Part> read(Trace trace, int batchSize) {
    List<TestTraces.Part> parts = new ArrayList<>();
    Batch batch = trace.newBatch(batchSize);
    int before = 0;
    try (TracePass pass = trace.open(batchSize)) {
      while (pass.next(batch)) {
        int last = parts.size() - 1;
        if (last < 0 || !parts.get(last).phase().equals(pass.phase())) {
          parts.add(new TestTraces.Part(pass.phase(), new ArrayList<>()));
          last++;
        } else {
          assertThat(before).as("samples of a batch before the phase's last").isEqualTo(batchSize);
        }
        parts.get(last).samples().addAll(TestTraces.samples(batch));
        before = batch.samples();
      }
    }
    return parts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100_000})
  void whatWasWrittenIsReadInBatchesOfAnySize(int batchSize) {
    long seed = 3;
    var parts = TestTraces.parts(seed, 5, 1000, ROWS);
    var trace = TestTraces.recorded(folder.resolve("trace"), 64, parts, ROWS);
    assertThat(trace.tables()).isEqualTo(TestTraces.tables(ROWS));
    assertThat(trace.batchSize()).isEqualTo(64);
    assertThat(trace.rowBytes()).isEqualTo(64);
    assertThat(read(trace, batchSize)).isEqualTo(parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100_000})
  void bagsAreReadAsTheyWereWritten(int batchSize) {
    BatchSchema schema = TestTraces.bags(ROWS).withLookupLimit(100_000);
    var parts = TestTraces.parts(4, 5, 1000, schema);
    var trace = TestTraces.recorded(folder.resolve("trace"), 64, parts, schema);
    assertThat(trace.tables()).isEqualTo(schema.tables());
    assertThat(trace.schema().lookupLimit()).isEqualTo(100_000);
    for (int f = 0; f < schema.features().size(); f++) {
      Feature recorded = trace.schema().features().get(f);
      Feature of = schema.features().get(f);
      assertThat(recorded)
          .as("without pooling and weights")
          .isEqualTo(
              new Feature(
                  of.name(), of.table(), of.minLookups(), of.maxLookups(), Pooling.SUM, false));
    }
    assertThat(read(trace, batchSize)).isEqualTo(parts);
  }

  @Test
  void aBatchHasRoomForTheBagsThatThereAre() {
    var feature = Feature.bag("tags", 0, 1_000_000_000, Pooling.SUM);
    var schema = new BatchSchema(0, TestTraces.tables(9), List.of(feature), Set.of(), 50_000);
    List<List<List<Integer>>> samples = new ArrayList<>();
    for (int length : new int[] {0, 2, 1, 5, 0, 4, 0, 1}) {
      samples.add(List.of(Collections.nCopies(length, 3)));
    }
    var parts = List.of(new TestTraces.Part(new TracePhase(0, 0, TRAIN, true), samples));
    var trace = TestTraces.recorded(folder.resolve("trace"), 4, parts, schema);
    assertThat(trace.newBatch(1).indices(0)).hasSize(5);
    assertThat(trace.newBatch(2).indices(0)).as("1 and 5").hasSize(6);
    assertThat(trace.newBatch(3).indices(0)).as("5, 0 and 4").hasSize(9);
    assertThat(read(trace, 3)).isEqualTo(parts);
  }

  @Test
  void longBagsMakeBlocksOfFewerSamples() {
    int length = TraceFormat.blockNumbers(List.of()) / 3;
    var feature = Feature.bag("tags", 0, length, Pooling.SUM);
    var schema = new BatchSchema(0, TestTraces.tables(9), List.of(feature), Set.of());
    List<List<List<Integer>>> samples =
        IntStream.range(0, 7).mapToObj(s -> List.of(Collections.nCopies(length - s, s))).toList();
    var parts = List.of(new TestTraces.Part(new TracePhase(0, 0, TRAIN, true), samples));
    var trace = TestTraces.recorded(folder.resolve("trace"), 2, parts, schema);
    assertThat(read(trace, 3)).isEqualTo(parts);
  }

  @Test
  void aSampleThatNoBlockCanHoldIsRefused() {
    int length = TraceFormat.blockNumbers(List.of());
    var feature = Feature.bag("tags", 0, length, Pooling.SUM);
    var schema = new BatchSchema(0, TestTraces.tables(9), List.of(feature), Set.of());
    var samples = List.of(List.of(Collections.nCopies(length, 1)));
    var parts = List.of(new TestTraces.Part(new TracePhase(0, 0, TRAIN, true), samples));
    Path file = folder.resolve("trace");
    assertThatThrownBy(() -> TestTraces.recorded(file, 2, parts, schema))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            file
                + ": a sample has more than 2097152 lookups, which no trace can hold; make its bags shorter");
    assertThat(file).doesNotExist();
  }

  /** What bags cost beyond their indices: nothing that can be told where all are as long. */
  @Test
  void lengthsThatAreAllTheSameTakeNoRoom() {
    int[] rows = {1 << 16};
    List<List<Integer>> indices =
        new Random(8).ints(50_000, 0, rows[0]).mapToObj(List::of).toList();
    var feature = Feature.bag("tags", 0, 10, Pooling.SUM);
    var bags = new BatchSchema(0, TestTraces.tables(rows), List.of(feature), Set.of());
    var parts = List.of(TestTraces.Part.oneHot(new TracePhase(0, 0, TRAIN, true), indices));
    TestTraces.recorded(folder.resolve("one-hot"), 100, parts, rows);
    TestTraces.recorded(folder.resolve("bags"), 100, parts, bags);
    assertThat(folder.resolve("bags").toFile().length())
        .isBetween(1L, folder.resolve("one-hot").toFile().length() + 200);
  }

  @Test
  void aPhaseOfManyBlocksStaysOnePhase() {
    var parts = TestTraces.parts(4, 1, 1, 1000);
    List<List<Integer>> samples =
        IntStream.range(0, 300_001).mapToObj(s -> List.of(s % 1000)).toList();
    parts.set(0, TestTraces.Part.oneHot(parts.get(0).phase(), samples));
    Path file = folder.resolve("trace");
    var trace = TestTraces.recorded(file, 4096, parts, 1000);
    assertThat(samples.size())
        .isGreaterThan(2 * TraceFormat.blockSamples(trace.schema().features()));
    assertThat(read(trace, 1000)).isEqualTo(parts);
    assertThat(file.toFile().length()).isLessThan(2L * samples.size());
  }

  /** Tries a file with these bytes; nothing but a complaint with the file's name is allowed. */
  private void refused(byte[] bytes, String what) throws IOException {
    Path damaged = Files.write(folder.resolve("damaged"), bytes);
    var thrown = catchThrowable(() -> read(Traces.open(damaged, Optional.of("farsight")), 16));
    assertThat(thrown).as(what).isInstanceOf(FarsightException.class);
    assertThat(thrown).as(what).hasMessageStartingWith(damaged + ": byte ");
  }

  private static List<BatchSchema> schemas() {
    return List.of(TestTraces.schema(100, 70_000), TestTraces.bags(100, 70_000));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aCutOffFileIsRefusedWhereverItEnds(BatchSchema schema) throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(5, 3, 40, schema), schema);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "cut off at " + length);
    }
    refused(Arrays.copyOf(whole, whole.length + 1), "a byte more");
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aDamagedFileIsRefusedWhereverTheDamageIs(BatchSchema schema) throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(6, 3, 40, schema), schema);
    byte[] whole = Files.readAllBytes(file);
    var random = new Random(6);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      refused(damaged, "damaged at " + at);
    }
  }

  @Test
  void complaintsNameTheByteAndWhatToDo() throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(7, 1, 40, 100), 100);
    byte[] later = Files.readAllBytes(file);
    later[9] = 3;
    Path other = Files.write(folder.resolve("later"), later);
    assertThatThrownBy(() -> Traces.open(other, Optional.empty()))
        .isInstanceOf(FarsightException.class)
        .hasMessage(other + ": byte 8: version 3 of the format, this farsight reads 1 and 2");
    Path no = Files.writeString(folder.resolve("no"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    assertThatThrownBy(() -> Traces.open(no, Optional.empty()))
        .hasMessage(
            no
                + ": was not recorded by farsight; say with --format which keys it holds (be64, be32, text, arc)");
    assertThatThrownBy(() -> Traces.open(no, Optional.of("farsight")))
        .hasMessage(no + ": byte 0: does not begin as a trace of farsight does; name its --format");
  }

  @Test
  void anUnfinishedTraceLeavesTheEarlierFile() throws IOException {
    Path file = Files.writeString(folder.resolve("trace"), "earlier");
    new TraceWriter(file, TestTraces.schema(10), 4, 64).close();
    assertThat(file).hasContent("earlier");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }
}
