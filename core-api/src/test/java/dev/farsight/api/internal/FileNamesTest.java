package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "C1, C1",
    "bottom.0.weight, bottom.0.weight",
    "user-id_2, user-id_2",
    "user/id, user%2Fid",
    ".., %2E.",
    "été, %C3%A9t%C3%A9",
    "100%, 100%25",
    "a~b, a%7Eb",
    "'a\\b c', a%5Cb%20c"
  })
  void namesAreEncoded(String name, String file) {
    assertThat(FileNames.of(name)).isEqualTo(file);
  }

  @Test
  void longNamesAreCutAndDiffer() {
    String longest = "n".repeat(120);
    assertThat(FileNames.of(longest)).isEqualTo(longest);
    assertThat(FileNames.of(longest + "a"))
        .matches("n{120}~[0-9a-f]{16}")
        .isNotEqualTo(FileNames.of(longest + "b"));
  }

  @Test
  void filesUnderTheNameItselfAreFoundInTheFolderOnly() throws IOException {
    Path rows = Files.createDirectory(folder.resolve("rows"));
    Path plain = Files.createFile(rows.resolve("a b.npy"));
    Files.createFile(folder.resolve("x.npy"));
    assertThat(FileNames.written(rows, "a b", ".npy")).isEqualTo(plain);
    assertThat(FileNames.written(rows, "../x", ".npy")).isEqualTo(rows.resolve("%2E.%2Fx.npy"));
    assertThat(FileNames.written(rows, "a\0", ".npy")).isEqualTo(rows.resolve("a%00.npy"));
    Path encoded = Files.createFile(rows.resolve("a%20b.npy"));
    assertThat(FileNames.written(rows, "a b", ".npy")).isEqualTo(encoded);
  }
}
