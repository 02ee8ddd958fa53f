package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.testkit.store.StoreComparison;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the head of a map's file may say. */
class MapHeadTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();
  private static final long[] ROWS = LongStream.range(0, 300).map(i -> i * 13).toArray();

  @TempDir Path folder;
  private StoreComparison comparison;
  private Path map;

  @BeforeEach
  void make() {
    try (RowStore store = SsdRig.open(folder)) {
      comparison = new StoreComparison(store, 9);
      comparison.write(ROWS);
    }
    map = folder.resolve("rows-0.map");
  }

  /** As earlier versions left it: without checksums. */
  static void withoutChecksums(Path folder) throws IOException {
    Path meta = folder.resolve("store.json");
    Files.writeString(
        meta,
        Files.readString(meta)
            .replace("\"version\":3", "\"version\":2")
            .replaceAll("\"map_heads\":\\[[^]]*\\],?", "")
            .replaceAll(",\"crc32c\":\"[0-9a-f]*\"", ""));
  }

  /** Puts text into the head, sealed by Chronicle's own checksum. */
  private void replace(String text, String with) throws IOException {
    byte[] bytes = Files.readAllBytes(map);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = buffer.getInt(8);
    String head = new String(bytes, 12, size, StandardCharsets.ISO_8859_1);
    assertThat(head).contains(text);
    assertThat(with).hasSameSizeAs(text);
    byte[] made = head.replace(text, with).getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(made, 0, bytes, 12, size);
    buffer.putLong(0, LongHashFunction.xx_r39().hashBytes(buffer, 8, size + 4));
    Files.write(map, bytes);
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> SsdRig.open(folder))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(map.toString())
        .hasMessageContainingAll(words);
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(folder.toString());
  }

  private void assertWhole() {
    try (RowStore store = SsdRig.open(folder)) {
      comparison.over(store).verify(LongStream.range(0, SsdRig.TABLES.rows()).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClassThatIsNotOursIsNotLoaded(boolean checksums) throws IOException {
    if (!checksums) {
      withoutChecksums(folder);
    }
    replace("RowKey$Reader", "RowKeyTrapped");
    for (boolean closed : new boolean[] {true, false}) {
      assertRefused("names the class", "RowKeyTrapped");
      Files.deleteIfExists(folder.resolve("written.rows"));
      assertThat(System.getProperty(RowKeyTrapped.FLAG)).as("closed %s", closed).isNull();
    }
  }

  @Test
  void aClassNameInAnyOtherWritingIsRefused() throws IOException {
    withoutChecksums(folder);
    replace("!type dev.farsight.storage.ssd.RowRef", "\"dev.farsight.storage.ssd.RowTrap\"   ");
    assertRefused("line that no store has");
  }

  @Test
  void aHeadOfOtherSizesIsRefusedByItsChecksum() throws IOException {
    replace("checksumEntries: true", "checksumEntries:  null".substring(0, 21));
    assertRefused("line that no store has");
  }

  @Test
  void sizesThatContradictTheFileAreRefusedWithoutAChecksum() throws IOException {
    withoutChecksums(folder);
    replace("actualSegments: 4", "actualSegments: 8");
    long before = Files.size(map);
    assertRefused("does not fit its size");
    Files.delete(folder.resolve("written.rows"));
    assertThatThrownBy(() -> SsdRig.open(folder)).hasMessageContaining("does not fit its size");
    assertThat(map).hasSize(before);
  }

  @Test
  void aStoreOfAnEarlierVersionGetsItsChecksumsWhenItIsWritten() throws IOException {
    withoutChecksums(folder);
    FACTORY.openReader(SsdRig.spec(folder)).close();
    assertThat(folder.resolve("store.json")).content().doesNotContain("map_heads");
    assertWhole();
    assertThat(folder.resolve("store.json"))
        .content()
        .contains("\"version\":2", "map_heads", "crc32c");
    replace("checksumEntries: true", "checksumEntries: flse");
    assertRefused("is damaged");
  }

  /** Each either is refused, or concerns nothing; no file grows, nothing waits for a minute. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(120)
  void aFlippedBitOfTheHeadNeverGrowsTheFile(boolean closed) throws IOException {
    long seed = 20;
    var random = new Random(seed);
    byte[] whole = Files.readAllBytes(map);
    byte[] mark = Files.readAllBytes(folder.resolve("written.rows"));
    int end =
        (12 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(8) + 63 & -64) + 33;
    int opened = 0;
    for (int i = 0; i < 120; i++) {
      // Every bit of the state behind the text, and some of the text.
      int at = i < 40 ? end - 1 - i % 33 : random.nextInt(end);
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(map, flipped);
      if (closed) {
        Files.write(folder.resolve("written.rows"), mark);
      } else {
        Files.deleteIfExists(folder.resolve("written.rows"));
        Files.write(folder.resolve("written.before"), mark);
      }
      try (RowStore store = SsdRig.open(folder)) {
        comparison.over(store).verify(ROWS);
        opened++;
      } catch (FarsightException e) {
        assertThat(e).as("seed %d, byte %d", seed, at).hasMessageContaining(map.toString());
      }
      assertThat(map).as("seed %d, byte %d", seed, at).hasSize(whole.length);
    }
    assertThat(opened).isLessThan(60);
    Files.write(map, whole);
    Files.write(folder.resolve("written.rows"), mark);
    assertWhole();
  }

  /** Chronicle Map would wait for a minute, and then go on as if nothing were. */
  @Test
  @Timeout(30)
  void aRecoveryThatWasKilledIsBegunAgainAtOnce() throws IOException {
    byte[] bytes = Files.readAllBytes(map);
    bytes[11] |= (byte) 0x80;
    Files.write(map, bytes);
    Files.move(folder.resolve("written.rows"), folder.resolve("written.before"));
    assertWhole();
    assertThat(MapHead.read(map).ready()).isTrue();
    FACTORY.openReader(SsdRig.spec(folder)).close();
  }

  /** Chronicle Map would wait for it for a minute; links would make it grow the file. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4, 16, 20, 22})
  @Timeout(30)
  void aLockOrLinkLeftInASegmentIsRecovered(int at) throws IOException {
    byte[] bytes = Files.readAllBytes(map);
    MapLayout layout = layout();
    assertThat(SegmentCheck.sound(map, layout)).as("a closed store").isTrue();
    bytes[(int) layout.headersAt() + layout.headerBytes() + at] ^= 1;
    Files.write(map, bytes);
    assertThat(SegmentCheck.sound(map, layout)).isFalse();
    assertWhole();
    assertThat(map).hasSize(bytes.length);
    assertThat(SegmentCheck.sound(map, layout())).isTrue();
  }

  private MapLayout layout() throws IOException {
    return MapLayout.of(map, MapHead.read(map), Files.size(map), SsdRig.FORMAT.bytes());
  }

  @Test
  void anOpeningThatFailsLeavesTheStoreClosed() throws IOException {
    byte[] whole = Files.readAllBytes(map);
    byte[] mark = Files.readAllBytes(folder.resolve("written.rows"));
    replace("RowKey$Reader", "RowKeyTrapped");
    assertThatThrownBy(() -> SsdRig.open(folder)).hasMessageContaining("names the class");
    assertThat(folder.resolve("written.rows")).hasBinaryContent(mark);
    Files.write(map, whole);
    assertWhole();
  }
}
