package dev.farsight.bench.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.RowRequest.Use;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of version 1 of the format, which knew one lookup in every table, are still read. */
class VersionOneTest {

  @TempDir private Path folder;

  private List<TestTraces.Part> read(Trace trace) {
    List<TestTraces.Part> parts = new ArrayList<>();
    Batch batch = trace.newBatch(100);
    try (TracePass pass = trace.open(100)) {
      while (pass.next(batch)) {
        parts.add(new TestTraces.Part(pass.phase(), TestTraces.samples(batch)));
      }
    }
    return parts;
  }

  private static TestTraces.Part part(int number, int epoch, boolean train, int[]... samples) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int[] sample : samples) {
      lists.add(List.of(sample[0], sample[1], sample[2]));
    }
    var phase = new TracePhase(number, epoch, train ? Use.TRAIN : Use.EVALUATE, train);
    return TestTraces.Part.oneHot(phase, lists);
  }

  private static final List<TestTraces.Part> PARTS =
      List.of(
          part(
              0,
              0,
              true,
              new int[] {1, 91, 30},
              new int[] {0, 23, 50},
              new int[] {0, 52, 16},
              new int[] {1, 53, 1628}),
          part(1, 0, false, new int[] {1, 4, 1}),
          part(
              2,
              1,
              true,
              new int[] {0, 0, 32},
              new int[] {0, 4, 53},
              new int[] {0, 26, 84},
              new int[] {1, 150, 2}));

  private void isReadAsOneHot(Trace trace) {
    assertThat(trace.schema()).isEqualTo(TestTraces.schema(3, 300, 70_000));
    assertThat(trace.batchSize()).isEqualTo(4);
    assertThat(trace.rowBytes()).isEqualTo(64);
    assertThat(read(trace)).isEqualTo(PARTS);
  }

  /** A file that the writer of that version made. */
  private static byte[] fileOfThatTime() throws IOException {
    try (var in = VersionOneTest.class.getResourceAsStream("version-1.hex")) {
      String hex = new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", "");
      return HexFormat.of().parseHex(hex);
    }
  }

  @Test
  void aFileOfThatTimeIsRead() throws IOException {
    Path file = Files.write(folder.resolve("trace"), fileOfThatTime());
    isReadAsOneHot(Traces.open(file, Optional.empty()));
  }

  @Test
  void blocksOfOneHotFeaturesTakeNoMoreRoomThanThen() throws IOException {
    Path file = folder.resolve("trace");
    TestTraces.recorded(file, 4, PARTS, 3, 300, 70_000);
    assertThat(withoutHeader(Files.readAllBytes(file)))
        .isLessThanOrEqualTo(withoutHeader(fileOfThatTime()));
  }

  private static int withoutHeader(byte[] file) {
    return file.length - ByteBuffer.wrap(file).getInt(10);
  }

  /** A file as docs/traces.md describes it. */
  @Test
  void aFileAsDescribedIsRead() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var header = new ByteArrayOutputStream();
    int[] rows = {3, 300, 70_000};
    var fields = new DataOutputStream(header);
    fields.writeInt(4);
    fields.writeInt(64);
    fields.writeInt(rows.length);
    for (int t = 0; t < rows.length; t++) {
      fields.writeInt(rows[t]);
      fields.writeInt(2);
      fields.write(("C" + (t + 1)).getBytes(UTF_8));
    }
    var start =
        ByteBuffer.allocate(14)
            .put(HexFormat.of().parseHex("894653540D0A1A0A"))
            .putShort((short) 1)
            .putInt(header.size());
    sealed(bytes, start.array(), header.toByteArray());
    long samples = 0;
    for (TestTraces.Part part : PARTS) {
      block(bytes, part);
      samples += part.samples().size();
    }
    sealed(bytes, ByteBuffer.allocate(12).putInt(0).putLong(samples).array(), new byte[0]);
    Path file = Files.write(folder.resolve("trace"), bytes.toByteArray());
    isReadAsOneHot(Traces.open(file, Optional.empty()));
  }

  private static void block(ByteArrayOutputStream to, TestTraces.Part part) throws IOException {
    var columns = new ByteArrayOutputStream();
    int[] widths = {1, 2, 3};
    for (int t = 0; t < widths.length; t++) {
      for (int shift = 8 * (widths[t] - 1); shift >= 0; shift -= 8) {
        for (List<List<Integer>> sample : part.samples()) {
          columns.write(sample.get(t).get(0) >>> shift);
        }
      }
    }
    byte[] packed = Zstd.compress(columns.toByteArray());
    boolean train = part.phase().training();
    var head =
        ByteBuffer.allocate(18)
            .putInt(part.samples().size())
            .putInt(part.phase().number())
            .putInt(part.phase().epoch())
            .put((byte) (train ? 0 : 1))
            .put((byte) (train ? 1 : 0))
            .putInt(packed.length);
    sealed(to, head.array(), packed);
  }

  private static void sealed(ByteArrayOutputStream to, byte[] head, byte[] body)
      throws IOException {
    var crc = new CRC32C();
    crc.update(head);
    crc.update(body);
    to.write(head);
    to.write(body);
    to.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
