package dev.farsight.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTraceTest {

  private static final int[] ROWS = {1, 2, 256, 257, 65_536, 65_537, Integer.MAX_VALUE};

  @TempDir private Path folder;

  /** Each phase's samples, batch by batch. */
  private static List<TestTraces.Part> read(Trace trace, int batchSize) {
    List<TestTraces.Part> parts = new ArrayList<>();
    var batch = new Batch(trace.schema(), batchSize, HostBuffers.plain());
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
        for (int s = 0; s < batch.samples(); s++) {
          List<Integer> sample = new ArrayList<>();
          for (int t = 0; t < trace.tables().size(); t++) {
            sample.add(batch.indices(t)[s]);
          }
          parts.get(last).samples().add(sample);
        }
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

  @Test
  void aPhaseOfManyBlocksStaysOnePhase() {
    var parts = TestTraces.parts(4, 1, 1, 1000);
    List<List<Integer>> samples =
        IntStream.range(0, 300_001).mapToObj(s -> List.of(s % 1000)).toList();
    parts.set(0, new TestTraces.Part(parts.get(0).phase(), samples));
    Path file = folder.resolve("trace");
    var trace = TestTraces.recorded(file, 4096, parts, 1000);
    assertThat(samples.size()).isGreaterThan(2 * TraceFormat.blockSamples(trace.tables()));
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

  @Test
  void aCutOffFileIsRefusedWhereverItEnds() throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(5, 3, 40, 100, 70_000), 100, 70_000);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "cut off at " + length);
    }
    refused(Arrays.copyOf(whole, whole.length + 1), "a byte more");
  }

  @Test
  void aDamagedFileIsRefusedWhereverTheDamageIs() throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 16, TestTraces.parts(6, 3, 40, 100, 70_000), 100, 70_000);
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
    later[9] = 2;
    Path other = Files.write(folder.resolve("later"), later);
    assertThatThrownBy(() -> Traces.open(other, Optional.empty()))
        .isInstanceOf(FarsightException.class)
        .hasMessage(other + ": byte 8: version 2 of the format, this farsight reads 1");
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
    new TraceWriter(file, TestTraces.tables(10), 4, 64).close();
    assertThat(file).hasContent("earlier");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }
}
