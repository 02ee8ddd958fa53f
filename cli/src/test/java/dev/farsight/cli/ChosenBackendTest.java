package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenBackendTest {

  @TempDir Path folder;

  private String of(String... args) {
    return ChosenBackend.of(new Environment(Optional.of(folder), 0), args);
  }

  @Test
  void readsFileOverridesAndTheQuickStart() throws IOException {
    Path conf = folder.resolve("my.conf");
    Files.writeString(conf, "farsight { compute.backend = from-file, unknown = 1 }");
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/quickstart.conf"), "farsight.train.seed = 2");
    assertThat(of("train", conf.toString())).isEqualTo("from-file");
    assertThat(of("train", "--set", "compute.backend=set", conf.toString())).isEqualTo("set");
    assertThat(of("train")).isEqualTo("nd4j-native");
    assertThat(of()).isEqualTo("nd4j-native");
  }

  @Test
  void saysNothingWhereTheCommandLineIsWrong() {
    assertThat(of("train", "no.conf")).isEmpty();
    assertThat(of("train", "--set")).isEmpty();
    assertThat(of("train", "--set", "nonsense")).isEmpty();
  }
}
