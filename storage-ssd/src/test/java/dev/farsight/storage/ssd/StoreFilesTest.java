package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a directory must be to be opened, and what is said when it is not. */
class StoreFilesTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();

  @TempDir Path folder;

  private static void make(Path directory) {
    try (RowStore store = SsdRig.open(directory)) {
      RowBuffer rows = SsdRig.buffer(1);
      SsdRig.fill(rows, 0, 11, 3);
      store.write(new long[] {11}, 0, 1, rows, 0).await();
    }
  }

  private static void assertKept(Path directory) {
    try (RowStore store = SsdRig.open(directory)) {
      RowBuffer rows = SsdRig.buffer(1);
      store.read(new long[] {11}, 0, 1, rows, 0).await();
      assertThat(rows.floats().get(2)).isEqualTo(SsdRig.value(11, 3, 2));
      assertThat(store.written(11)).isTrue();
      assertThat(store.written(12)).isFalse();
    }
  }

  private static void assertRefused(StoreSpec spec, String... words) {
    assertThatThrownBy(() -> FACTORY.open(spec))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void aRunWithOtherRowsIsRefusedWithTheDifference() {
    make(folder);
    var tables = SsdRig.TABLES;
    var format = SsdRig.FORMAT;
    assertRefused(
        SsdRig.spec(folder, tables, RowFormat.of(16, 1), 7, ""), "8 weights", "16 weights");
    assertRefused(
        SsdRig.spec(folder, tables, RowFormat.of(8, 0), 7, ""), "1 floats of optimizer state");
    assertRefused(SsdRig.spec(folder, tables, format, 8, ""), "seed 7", "seed 8");
    assertRefused(
        SsdRig.spec(folder, new TableSet(List.of(new Table("user", 5000))), format, 7, ""),
        "2 tables");
    assertRefused(
        SsdRig.spec(
            folder,
            new TableSet(List.of(new Table("user", 5000), new Table("item", 3001))),
            format,
            7,
            ""),
        "table item of 3000 rows",
        "item of 3001 rows");
    assertKept(folder);
  }

  @Test
  void aStoreOfAnotherVersionIsRefused() throws IOException {
    make(folder);
    Path meta = folder.resolve("store.json");
    Files.writeString(meta, Files.readString(meta).replace("\"version\":3", "\"version\":4"));
    assertRefused(SsdRig.spec(folder), "store.json", "version 4", "reads versions 1 to 3");
    Files.writeString(meta, "{\"version\":3");
    assertRefused(SsdRig.spec(folder), "store.json", "cannot be read");
  }

  @Test
  void aStoreIncludesNothing() throws IOException {
    make(folder);
    Path meta = folder.resolve("store.json");
    Path other = folder.resolve("other.json");
    Files.move(meta, other);
    Files.writeString(meta, "include file(\"" + other + "\")");
    assertRefused(SsdRig.spec(folder), "store.json", "is damaged");
  }

  /** Of an earlier version, which has no checksum to fail first. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | store.json",
        "{} | version",
        "{\"version\":\"two\"} | version",
        "\"capacity\":8000 -> \"capacity\":\"many\" | capacity",
        "\"capacity\":8000 -> \"capacity\":-1 | capacity",
        "\"capacity\":8000 -> \"capacity\":8001 | capacity",
        "\"capacity\":8000 -> \"capac\":1 | capacity",
        "\"dim\":8 -> \"dim\":{} | dim",
        "\"rows\":[5000,3000] -> \"rows\":[5000] | rows",
        "\"rows\":[5000,3000] -> \"rows\":[5000,-3000] | -3000",
        "\"map_bytes\":[ -> \"map_bytes\":[[], | map_bytes",
        "\"map_bytes\":[ -> \"map_bytes\":[],\"x\":[ | map_bytes",
        "\"seed\":\"7\" -> \"seed\":\"7\\u0000\" | 7",
      })
  void aWrongDescriptionIsRefusedInOneLineWithFileAndKey(String change, String word)
      throws IOException {
    make(folder);
    MapHeadTest.withoutChecksums(folder);
    Path meta = folder.resolve("store.json");
    String[] parts = change.split(" -> ", -1);
    String json = Files.readString(meta);
    String made = parts.length == 1 ? change : json.replace(parts[0], parts[1]);
    assertThat(made).isNotEqualTo(json);
    Files.writeString(meta, made);
    assertRefused(SsdRig.spec(folder), meta.toString(), word);
    assertThat(folder.resolve("rows-0.map")).exists();
    assertThat(folder.resolve("written.rows")).exists();
  }

  @Test
  void aDescriptionThatWasChangedFailsItsChecksum() throws IOException {
    make(folder);
    Path meta = folder.resolve("store.json");
    String json = Files.readString(meta);
    Files.writeString(meta, json.replace("\"capacity\":8000", "\"capacity\":7000"));
    assertRefused(SsdRig.spec(folder), meta.toString(), "fails its checksum");
    Files.writeString(meta, json.replaceAll(",\"crc32c\":\"[0-9a-f]*\"", ""));
    assertRefused(SsdRig.spec(folder), meta.toString(), "fails its checksum");
    Files.writeString(meta, json);
    assertKept(folder);
  }

  @Test
  void aPathThatNoFileCanHaveIsRefusedByItsKey() {
    var format = SsdRig.FORMAT;
    var tables = SsdRig.TABLES;
    StoreSpec spec =
        new StoreSpec(
            tables,
            format,
            new InitialRows(tables, format, 7),
            SsdRig.settings("path = \"a\\u0000b\""),
            1);
    assertRefused(spec, "farsight.storage.ssd.path", "is not the path of a file");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "4096", "-1"})
  void aTruncatedMapIsFoundBeforeItIsMapped(long length) throws IOException {
    make(folder);
    Path map = folder.resolve("rows-1.map");
    long whole = Files.size(map);
    try (var file = new RandomAccessFile(map.toFile(), "rw")) {
      file.setLength(length < 0 ? whole + length : length);
    }
    assertRefused(SsdRig.spec(folder), "rows-1.map", "is cut off", "of " + whole);
    Files.delete(map);
    assertRefused(SsdRig.spec(folder), "rows-1.map", "is missing");
  }

  @Test
  void aDamagedListOfWrittenRowsIsMadeAgainFromTheMaps() throws IOException {
    long seed = 3;
    var random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      Path directory = folder.resolve("s" + round);
      make(directory);
      Path list = directory.resolve("written.rows");
      byte[] bytes = Files.readAllBytes(list);
      if (round == 0) {
        bytes = java.util.Arrays.copyOf(bytes, bytes.length / 2);
      } else {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(list, bytes);
      assertKept(directory);
      assertThat(list).exists();
    }
  }

  @Test
  void aSecondOpeningIsRefusedWithTheOwner() {
    try (RowStore first = SsdRig.open(folder)) {
      assertThat(first.written(0)).isFalse();
      assertRefused(
          SsdRig.spec(folder), "in use by process " + ProcessHandle.current().pid(), "this one");
    }
    assertThatCode(() -> SsdRig.open(folder).close()).doesNotThrowAnyException();
  }

  @Test
  void aPlaceThatIsNoDirectoryIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(SsdRig.spec(file.resolve("store")), "store", "cannot be used");
  }

  @Test
  void aReadOnlyDirectoryIsRefused() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("ro"));
    onTmpfs(
        mount,
        "ro,size=1m",
        () -> {
          assertRefused(SsdRig.spec(mount), mount.toString(), "cannot be used");
          return null;
        });
  }

  @Test
  void aDiskWithoutRoomIsRefusedBeforehandAndWithRoomItSuffices() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("disk"));
    var tables = new TableSet(List.of(new Table("t", 100_000)));
    StoreSpec all = SsdRig.spec(mount, tables, SsdRig.FORMAT, 7, "maps = 1");
    long needed = FACTORY.forecast(all).bytes(Tier.SSD);
    onTmpfs(
        mount,
        "size=" + needed / 2,
        () -> {
          assertRefused(all, mount.toString(), "100000 rows of 36 bytes", "expected-rows");
          assertThat(mount.resolve("rows-0.map")).doesNotExist();
          FACTORY
              .open(SsdRig.spec(mount, tables, SsdRig.FORMAT, 7, "expected-rows = 10000"))
              .close();
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,1000,1", "16,200000,1", "17,200000,2", "128,50000,3", "129,50000,1"})
  void theForecastIsWhatFilesTakeOrALittleMore(int floats, int rows, int maps) throws IOException {
    var tables = new TableSet(List.of(new Table("t", rows)));
    StoreSpec spec = SsdRig.spec(folder, tables, RowFormat.of(floats, 0), 7, "maps = " + maps);
    long forecast = FACTORY.forecast(spec).bytes(Tier.SSD);
    try (RowStore store = FACTORY.open(spec)) {
      assertThat(store.stats().bytes()).isLessThanOrEqualTo(forecast);
      assertThat(forecast).isLessThan((long) (store.stats().bytes() * 1.3) + (maps << 20));
      long onDisk = 0;
      for (int m = 0; m < maps; m++) {
        onDisk += Files.size(folder.resolve("rows-" + m + ".map"));
      }
      assertThat(store.stats().bytes()).isEqualTo(onDisk);
    }
  }

  /** Runs something while a file system of its own is there, where this process may mount one. */
  private static void onTmpfs(Path at, String options, Callable<Void> body) throws Exception {
    assumeTrue(run("mount", "-t", "tmpfs", "-o", options, "none", at.toString()));
    try {
      body.call();
    } finally {
      assertThat(run("umount", at.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
