package dev.farsight.reading.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataPathsTest {

  @TempDir Path folder;

  private static List<Path> resolve(String path) {
    var data = ConfigFactory.parseString("path = \"" + path + "\"");
    return DataPaths.resolve(Settings.of("farsight.data", data));
  }

  /** What is not simply missing has the system's reason. */
  @Test
  void pathsThatCannotBeReadHaveTheReason() throws IOException {
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    Path file = Files.writeString(folder.resolve("f"), "x");
    for (String path : List.of(loop.toString(), file + "/below", "x".repeat(300))) {
      assertThatThrownBy(() -> resolve(path))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessageMatching(
              "\\Q"
                  + path
                  + "\\E: cannot be read: (too many levels of symbolic links|not a directory|file name too long).*");
    }
    assertThatThrownBy(() -> resolve(folder + "/none"))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("/none' not found");
  }

  /** A pipe that lies in a folder of data waits for no one; one that is named is read. */
  @Test
  void pipesAreReadWhereTheyAreMeant() throws Exception {
    Path file = Files.writeString(folder.resolve("day_1"), "x");
    Path pipe = folder.resolve("day_2");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor())
        .isZero();
    assertThat(resolve(folder.toString())).containsExactly(file);
    assertThat(resolve(pipe.toString())).containsExactly(pipe);
    assertThat(resolve(folder + "/day_*")).containsExactly(file, pipe);
  }

  @Test
  void naturalOrderComparesDigitsByValue() {
    var names =
        new ArrayList<>(List.of("b", "day_10", "day_9", "day_010", "a2b1", "a2", "day_9.gz"));
    names.sort(NaturalOrder.of(name -> name));
    assertThat(names).containsExactly("a2", "a2b1", "b", "day_9", "day_9.gz", "day_010", "day_10");
  }
}
