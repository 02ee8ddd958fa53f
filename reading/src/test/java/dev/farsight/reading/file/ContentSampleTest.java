package dev.farsight.reading.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ContentSampleTest {

  @TempDir Path folder;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static String of(Path... files) {
    return ContentSample.of(List.of(files));
  }

  @Test
  void placeAndNameDoNotCount() throws IOException {
    var bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Path a = write("a", bytes);
    Path b = write("b", new byte[] {1, 2, 3});
    String identity = of(a, b);
    Path c = folder.resolve("elsewhere/c");
    Files.createDirectories(c.getParent());
    Files.move(a, c);
    assertThat(of(c, b)).isEqualTo(identity).startsWith("2 files of 3000003 bytes, ");
    assertThat(of(b, c)).isNotEqualTo(identity);
    assertThat(of(c)).isNotEqualTo(identity);
  }

  @Test
  void everyByteOfASmallFileCounts() throws IOException {
    var bytes = new byte[2 << 20];
    String identity = of(write("a", bytes));
    var random = new Random(2);
    for (int i = 0; i < 20; i++) {
      byte[] other = bytes.clone();
      other[random.nextInt(other.length)] ^= 1;
      assertThat(of(write("a", other))).isNotEqualTo(identity);
    }
  }

  @Test
  void firstAndLastByteAndLengthOfALargeFileCount() throws IOException {
    for (int size : List.of((2 << 20) + 1, 5_000_001)) {
      var bytes = new byte[size];
      String identity = of(write("a", bytes));
      for (int at : List.of(0, 65_535, size - 65_536, size - 1)) {
        byte[] other = bytes.clone();
        other[at] ^= 1;
        assertThat(of(write("a", other))).as("byte %d of %d", at, size).isNotEqualTo(identity);
      }
      assertThat(of(write("a", Arrays.copyOf(bytes, size + 1)))).isNotEqualTo(identity);
    }
  }

  /** Bytes of two files must not pass for bytes of one. */
  @Test
  void whereAFileEndsCounts() throws IOException {
    assertThat(of(write("a", new byte[] {1, 2}), write("b", new byte[] {3})))
        .isNotEqualTo(of(write("c", new byte[] {1}), write("d", new byte[] {2, 3})));
  }

  @Test
  @Timeout(60)
  void aTerabyteTakesNoLonger() throws IOException {
    Path huge = folder.resolve("huge");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(1L << 40);
      String zeros = of(huge);
      file.seek((1L << 40) - 1);
      file.write(1);
      assertThat(of(huge)).isNotEqualTo(zeros);
    }
  }

  @Test
  void aPipeHasNoIdentity() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(of(pipe)).isEmpty();
  }
}
