package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs code of other people's readers. */
final class PythonCode {

  private PythonCode() {}

  /**
   * @param status 127 if there is no such Python
   */
  record Result(int status, String output) {}

  static Result run(Path folder, String python, String code, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "python", ".out");
    List<String> command = new ArrayList<>(List.of(python, "-B", "-c", code));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), Files.readString(out));
  }
}
