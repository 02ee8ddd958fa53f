package dev.farsight.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Named pipes, and processes that write to them. */
public final class Pipe {

  private Pipe() {}

  /** Makes a named pipe. */
  public static Path make(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor())
        .isZero();
    return path;
  }

  /** Runs a command of bash whose arguments are {@code $1} and so on. */
  public static Process bash(String command, Object... arguments) throws IOException {
    var words = new ArrayList<>(List.of("bash", "-c", command, "bash"));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return new ProcessBuilder(words).inheritIO().start();
  }
}
