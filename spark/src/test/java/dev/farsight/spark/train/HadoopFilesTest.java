package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HadoopFilesTest {

  @TempDir Path folder;

  private final Configuration hadoop = new Configuration();

  HadoopFilesTest() {
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.setBoolean("fs.faulty.impl.disable.cache", true);
  }

  private HadoopFiles files(String scheme) {
    return HadoopFiles.of(scheme + "://" + folder.resolve("a b"), hadoop);
  }

  private static void write(HadoopFiles files, String name, byte[] content) throws IOException {
    files.write(name, new ByteArrayInputStream(content), content.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "faulty"})
  void whatIsWrittenIsListedAndRead(String scheme) throws IOException {
    HadoopFiles files = files(scheme);
    assertThat(files.list("x")).isEmpty();
    write(files, "x/y/one", new byte[] {1, 2});
    write(files, "x/two", new byte[1 << 20]);
    write(files, "other", new byte[0]);
    write(files, "x/two", new byte[] {3});
    assertThat(files.list("x")).containsExactlyInAnyOrder("x/y/one", "x/two");
    try (var in = files.read("x/two")) {
      assertThat(in.readAllBytes()).containsExactly(3);
    }
    assertThat(folder.resolve("a b/x/y/one")).hasBinaryContent(new byte[] {1, 2});
    files.delete("x/two");
    files.delete("x/two");
    assertThat(files.list("x")).containsExactly("x/y/one");
    assertThatThrownBy(() -> files.read("x/two")).isInstanceOf(FileNotFoundException.class);
    assertThat(files.exists("other")).isTrue();
    assertThat(files.exists("another")).isFalse();
  }

  @Test
  void aFileThatIsNotWholeIsNotWritten() throws IOException {
    hadoop.setDouble(FaultyFileSystem.SHARE, 1);
    HadoopFiles files = files("faulty");
    for (int n = 0; n < 20; n++) {
      assertThatThrownBy(() -> write(files, "x", new byte[1000])).isInstanceOf(IOException.class);
    }
    HadoopFiles whole = files("file");
    assertThatThrownBy(() -> whole.write("x", new ByteArrayInputStream(new byte[9]), 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("9 bytes of 10");
  }

  @Test
  void anAddressThatCannotBeUsedIsTold() throws IOException {
    assertThatThrownBy(() -> HadoopFiles.of("unknown://a/b", hadoop))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.run.store = unknown://a/b: cannot be used: ");
    Files.createFile(folder.resolve("a b"));
    assertThatThrownBy(files("file")::requireWritable)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/a b: cannot be used: ");
  }

  @Test
  void aProbeLeavesNothing() throws IOException {
    files("file").requireWritable();
    try (var left = Files.list(folder.resolve("a b"))) {
      assertThat(left).isEmpty();
    }
  }
}
