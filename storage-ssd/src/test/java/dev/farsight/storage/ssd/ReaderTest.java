package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading a store that nobody trains on. */
class ReaderTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();

  @TempDir Path folder;

  private void make(long... rows) {
    try (RowStore store = SsdRig.open(folder)) {
      RowBuffer buffer = SsdRig.buffer(1);
      for (long row : rows) {
        SsdRig.fill(buffer, 0, row, 3);
        store.write(new long[] {row}, 0, 1, buffer, 0).await();
      }
    }
  }

  private static void assertReads(RowReader reader, long written, long initial) {
    RowBuffer rows = SsdRig.buffer(2);
    RowBuffer expected = SsdRig.buffer(1);
    reader.read(new long[] {written, initial}, 0, 2, rows, 0).await();
    SsdRig.fill(expected, 0, written, 3);
    int bytes = SsdRig.FORMAT.bytes();
    assertThat(rows.bytes().slice(0, bytes).mismatch(expected.bytes())).isEqualTo(-1);
    reader.spec().initial().fill(initial, expected, 0);
    assertThat(rows.bytes().slice(bytes, bytes).mismatch(expected.bytes())).isEqualTo(-1);
  }

  /** Content of every file, but for the maps: pages of these hold locks too. */
  private Map<String, String> files() throws Exception {
    var files = new TreeMap<String, String>();
    try (var list = Files.list(folder)) {
      for (Path file : list.toList()) {
        boolean map = file.toString().endsWith(".map");
        files.put(
            file.getFileName().toString(),
            map
                ? "map of " + Files.size(file)
                : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  @Test
  void readsWithoutAChangeAndAsOftenAsWanted() throws Exception {
    make(11, 12, 7999);
    Map<String, String> before = files();
    assertThat(before).containsKeys("written.rows", "store.json", "lock");
    try (RowReader reader = FACTORY.openReader(SsdRig.spec(folder))) {
      try (RowReader other = FACTORY.openReader(SsdRig.spec(folder))) {
        assertReads(reader, 11, 13);
        assertReads(other, 7999, 0);
        assertThat(reader.rowsHeld()).isEqualTo(3);
        var bits = new RowBits(SsdRig.TABLES.rows());
        reader.written(12, 8000, bits);
        assertThat(bits.count()).isEqualTo(2);
        assertThat(reader.identity().orElseThrow().created()).isFalse();
        assertThatThrownBy(() -> SsdRig.open(folder)).hasMessageContaining("in use by process");
      }
      assertThatThrownBy(() -> SsdRig.open(folder)).hasMessageContaining("in use by process");
      assertReads(reader, 12, 13);
      assertThat(files()).isEqualTo(before);
    }
    assertThat(files()).isEqualTo(before);
    try (RowStore store = SsdRig.open(folder)) {
      assertReads(store, 7999, 1);
    }
  }

  @Test
  void whatCannotBeReadIsRefusedAndLeftAsItIs() throws Exception {
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("holds no store");
    try (var list = Files.list(folder)) {
      assertThat(list).isEmpty();
    }
    make(11);
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.written(11)).isTrue();
      assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
          .hasMessageContaining("in use by process");
    }
    StoreSpec other = SsdRig.spec(folder, SsdRig.TABLES, SsdRig.FORMAT, 8, "");
    assertThatThrownBy(() -> FACTORY.openReader(other)).hasMessageContaining("seed 7");
    Files.delete(folder.resolve("written.rows"));
    Map<String, String> before = files();
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .hasMessageContaining("needs recovery")
        .hasMessageContaining("--resume");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void rowsOfAnotherGenerationAreRefused() {
    make(11);
    StoreSpec first = SsdRig.spec(folder);
    InitialRows drawnAnew = first.initial().ofGeneration(2);
    var later =
        new StoreSpec(first.tables(), first.format(), drawnAnew, first.own(), first.threads());
    assertThatThrownBy(() -> FACTORY.open(later)).hasMessageContaining("generation 0", "2");
    assertThatThrownBy(() -> FACTORY.openReader(later)).hasMessageContaining("generation 2");
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.identity().orElseThrow().generation()).isZero();
    }
  }

  /** Of version 0.1: no generation, nothing of the row format but dim and state. */
  @Test
  void aStoreOfTheFirstVersionIsReadAndTrainedOn() throws Exception {
    try (RowStore store = FACTORY.open(firstVersion())) {
      assertFirst(store, 5, 6);
      RowBuffer row = first(77);
      store.write(new long[] {77}, 0, 1, row, 0).await();
    }
    try (RowReader reader = FACTORY.openReader(firstVersion())) {
      assertFirst(reader, 77, 78);
      assertThat(reader.rowsHeld()).isEqualTo(2);
    }
    assertThat(folder.resolve("store.json")).content().contains("\"version\":1");
  }

  /** A list of written rows as version 0.1 left it: no lost rows, no sizes of files. */
  @Test
  void aListOfTheFirstVersionIsRead() throws Exception {
    make(11, 7999);
    String id;
    try (RowReader reader = FACTORY.openReader(SsdRig.spec(folder))) {
      id = reader.identity().orElseThrow().id();
    }
    var rows = new RowBits(SsdRig.TABLES.rows());
    rows.add(11);
    rows.add(7999);
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(0x46535752);
    out.writeInt(1);
    out.writeUTF(id);
    rows.save(out);
    var sum = new CRC32C();
    sum.update(bytes.toByteArray());
    out.writeLong(sum.getValue());
    Files.write(folder.resolve("written.rows"), bytes.toByteArray());
    try (RowReader reader = FACTORY.openReader(SsdRig.spec(folder))) {
      assertReads(reader, 7999, 12);
      assertThat(reader.rowsHeld()).isEqualTo(2);
    }
    try (RowStore store = SsdRig.open(folder)) {
      assertReads(store, 11, 12);
    }
  }

  private static RowBuffer first(long row) {
    RowBuffer buffer = RowBuffer.allocate(SsdRig.FIRST_FORMAT, 1, HostBuffers.plain());
    for (int f = 0; f < SsdRig.FIRST_FORMAT.words(); f++) {
      buffer.floats().put(f, SsdRig.value(row, 3, f));
    }
    return buffer;
  }

  private static void assertFirst(RowReader reader, long written, long initial) {
    RowBuffer row = RowBuffer.allocate(SsdRig.FIRST_FORMAT, 1, HostBuffers.plain());
    reader.read(new long[] {written}, 0, 1, row, 0).await();
    assertThat(row.bytes().mismatch(first(written).bytes())).isEqualTo(-1);
    assertThat(reader.written(initial)).isFalse();
  }

  /** With two maps, over which both versions spread rows alike. */
  private StoreSpec firstVersion() throws Exception {
    StoreSpec spec = SsdRig.spec(folder, SsdRig.TABLES, SsdRig.FIRST_FORMAT, 7, "maps = 2");
    Path meta = folder.resolve("store.json");
    if (!Files.exists(meta)) {
      try (RowStore store = FACTORY.open(spec)) {
        store.write(new long[] {5}, 0, 1, first(5), 0).await();
      }
      String json = Files.readString(meta);
      Files.writeString(
          meta,
          json.replace("\"version\":3", "\"version\":1")
              .replaceAll("\"map_heads\":\\[[^]]*\\],?", "")
              .replaceAll(",\"crc32c\":\"[0-9a-f]*\"", "")
              .replaceAll("\"(precision|draw)\":\"[a-z0-9]+\",?", "")
              .replaceAll("\"state_parts\":\\[[^]]*\\],?", "")
              .replaceAll("\"generation\":0,?", ""));
      assertThat(meta).content().doesNotContain("precision", "draw", "state_parts", "generation");
    }
    return spec;
  }

  /** A killed reader leaves the lock of a segment in the file. */
  @Test
  @Timeout(120)
  void aReaderThatIsKilledIsNoneOfTheWritersBusiness() throws Exception {
    make(LongStream.range(0, 8000).toArray());
    for (int round = 0; round < 5; round++) {
      Process reader = ChildJvm.start(true, KilledReader.class, folder.toString());
      try {
        var out =
            new BufferedReader(
                new InputStreamReader(reader.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("reading");
        new ProcessBuilder("kill", "-9", String.valueOf(reader.pid())).start().waitFor();
        assertThat(reader.waitFor(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        reader.destroyForcibly();
      }
      try (RowStore store = SsdRig.open(folder)) {
        RowBuffer row = SsdRig.buffer(1);
        for (long id = 0; id < 8000; id++) {
          SsdRig.fill(row, 0, id, 3);
          store.write(new long[] {id}, 0, 1, row, 0).await();
        }
      }
    }
  }

  /** Reads without end. */
  static final class KilledReader {

    private KilledReader() {}

    public static void main(String[] args) throws Exception {
      try (RowReader reader = FACTORY.openReader(SsdRig.spec(Path.of(args[0])))) {
        var threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
          threads[t] =
              new Thread(
                  () -> {
                    RowBuffer row = SsdRig.buffer(1);
                    for (long id = 0; ; id = (id + 1) % 8000) {
                      reader.read(new long[] {id}, 0, 1, row, 0).await();
                    }
                  });
          threads[t].start();
        }
        reader.read(new long[] {1}, 0, 1, SsdRig.buffer(1), 0).await();
        System.out.println("reading");
        threads[0].join();
      }
    }
  }
}
