package dev.farsight.datasets.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.reading.file.CompressedInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CompressedInputTest {

  private static final byte[] FIRST = random(1, 100_000);
  private static final byte[] SECOND = random(2, 70_000);

  @TempDir Path folder;

  /** Bytes that compress to about two thirds, so that all of a file matters. */
  private static byte[] random(long seed, int length) {
    var random = new SplittableRandom(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('0' + random.nextInt(40));
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private byte[] read(String name, byte[]... parts) throws IOException {
    Path file = Files.write(folder.resolve(name), joined(parts));
    try (var in = CompressedInput.open(file)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void allMembersAreReadWhateverTheName(Packing packing) throws IOException {
    byte[] first = packing.pack(FIRST);
    byte[] second = packing.pack(SECOND);
    byte[] empty = packing.pack(new byte[0]);
    assertThat(read("f", first)).isEqualTo(FIRST);
    assertThat(read("f" + packing.suffix(), first, second)).isEqualTo(joined(FIRST, SECOND));
    assertThat(read("f.gz", packing == Packing.PLAIN ? Packing.XZ.pack(FIRST) : first))
        .isEqualTo(FIRST);
    assertThat(read("f", empty, first, empty, empty, second)).isEqualTo(joined(FIRST, SECOND));
    assertThat(read("f", packing.pack(new byte[] {'1'}))).isEqualTo(new byte[] {'1'});
    assertThat(read("f", new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Packing.class, mode = Mode.EXCLUDE, names = "PLAIN")
  void aMemberThatIsCutAnywhereFails(Packing packing) {
    byte[] first = packing.pack(FIRST);
    byte[] second = packing.pack(Arrays.copyOf(SECOND, 3_000));
    for (int length = 1; length < second.length; length += length < 40 ? 1 : 197) {
      byte[] cut = Arrays.copyOf(second, length);
      assertThatThrownBy(() -> read("f", first, cut))
          .as("%d bytes of the second", length)
          .isInstanceOf(IOException.class)
          .hasMessage("truncated: the compressed data ends too early");
    }
    for (int length = 6; length < first.length; length += 6_9197) {
      byte[] cut = Arrays.copyOf(first, length);
      assertThatThrownBy(() -> read("f", cut))
          .as("%d bytes of the first", length)
          .hasMessage("truncated: the compressed data ends too early");
    }
  }

  @ParameterizedTest
  @EnumSource(value = Packing.class, mode = Mode.EXCLUDE, names = "PLAIN")
  void aDamagedSecondMemberFails(Packing packing) {
    byte[] first = packing.pack(FIRST);
    byte[] second = packing.pack(SECOND);
    for (int at = second.length / 3; at < second.length - 30; at += second.length / 7) {
      byte[] damaged = second.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> read("f", first, damaged))
          .as("byte %d", at)
          .isInstanceOf(IOException.class)
          .hasMessageMatching("(damaged|truncated): .+");
    }
    assertThatThrownBy(() -> read("f", first, "garbage!".getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("(damaged|truncated): .+");
  }

  @Test
  void zerosBehindGzipArePadding() throws IOException {
    byte[] packed = Packing.GZIP.pack(FIRST);
    assertThat(read("f", packed, new byte[1])).isEqualTo(FIRST);
    assertThat(read("f", packed, packed, new byte[1_000_000])).isEqualTo(joined(FIRST, FIRST));
    assertThatThrownBy(() -> read("f", packed, new byte[512], packed))
        .hasMessage("damaged: something follows the zeros behind the compressed data");
    assertThatThrownBy(() -> read("f", packed, new byte[] {'\n'}))
        .hasMessage("damaged: what follows the compressed data is no gzip data");
  }

  /** All parts of a header that RFC 1952 knows. */
  @Test
  void gzipHeadersMayHaveAllParts() throws IOException {
    byte[] packed = Packing.GZIP.pack(FIRST);
    byte[] header = {0x1f, (byte) 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3, 2, 0, 9, 9, 'n', 0, 'c', 0};
    var crc = new CRC32();
    crc.update(header);
    byte[] sum = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    byte[] member = joined(header, sum, Arrays.copyOfRange(packed, 10, packed.length));
    assertThat(read("f", member, member)).isEqualTo(joined(FIRST, FIRST));
  }

  /** A gzip file of a few bytes, and a long name without end, take no memory. */
  @Test
  void memoryIsBoundedWhateverAHeaderSays() throws IOException {
    byte[] xz = Packing.XZ.pack(FIRST);
    // The dictionary's size in the block's header, and that header's checksum.
    xz[16] = 37;
    var crc = new CRC32();
    crc.update(xz, 12, 8);
    for (int b = 0; b < 4; b++) {
      xz[20 + b] = (byte) (crc.getValue() >> (8 * b));
    }
    assertThatThrownBy(() -> read("f", xz))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("takes too much memory to unpack: .*157\\d* KiB.*");
    // A frame of a byte whose window is 2 GiB.
    byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 9, 0, 0, 'x'};
    assertThatThrownBy(() -> read("f", zstd))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too much memory");
    byte[] name = {0x1f, (byte) 0x8b, 8, 1 << 3, 0, 0, 0, 0, 0, 0};
    byte[] endless = new byte[4 << 20];
    Arrays.fill(endless, (byte) 'x');
    assertThatThrownBy(() -> read("f", name, endless)).hasMessageStartingWith("truncated");
  }

  @Test
  void archivesAndOtherFormatsAreNamed() throws IOException {
    var zip = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("train.csv"));
      out.write(FIRST);
    }
    byte[] tar = new byte[1024];
    System.arraycopy("ustar\00000".getBytes(UTF_8), 0, tar, 257, 8);
    assertThatThrownBy(() -> read("f", zip.toByteArray()))
        .hasMessage("is a zip archive, which is no text; unpack it");
    for (Packing packing : Packing.values()) {
      assertThatThrownBy(() -> read("f", packing.pack(tar)))
          .as(packing.name())
          .hasMessage("is a tar archive, which is no text; unpack it");
    }
    assertThatThrownBy(() -> read("f", "PAR1....".getBytes(UTF_8)))
        .hasMessage("is a Parquet file, which is no text; read it with data.source = parquet");
  }

  @ParameterizedTest
  @CsvSource({"f.gz, gzip", "f.bz2, bzip2", "f.xz, xz", "f.zst, zstd"})
  void aNameThatPromisesOtherwiseIsAnError(String name, String format) {
    assertThatThrownBy(() -> read(name, FIRST))
        .hasMessage(
            "is no %s data, although its name says so; if it is not compressed, rename it"
                .formatted(format));
  }

  @Test
  void failuresOfTheFileItselfHaveTheirReason() {
    assertThatThrownBy(() -> CompressedInput.open(folder.resolve("missing")))
        .hasMessageStartingWith("cannot be read: no such file or directory");
    assertThatThrownBy(() -> CompressedInput.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot be read: is a directory");
  }
}
