package org.example.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application in a process of its own, with the options that its stores need: no warnings. */
class QuietJavaTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void javaWarnsOfNothing(String store) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options(store));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("-Dclicks.log=" + folder.resolve("clicks.log")));
    command.add(TrainClickModel.class.getName());
    command.add(folder.toString());
    command.add("storage.backend=" + store);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(err).hasContent("");
    assertThat(Files.readAllLines(out))
        .first()
        .asString()
        .startsWith("training up to ");
    assertThat(process.exitValue()).isZero();
  }

  /** As the README says. */
  private static List<String> options(String store) {
    var options = new ArrayList<>(List.of("@" + new File("jvm.options").getAbsolutePath()));
    if (store.equals("ssd") && Runtime.version().feature() >= 24) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options;
  }
}
