package dev.farsight.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the scripts of bench/peers. The environment variable PYTHON may name a Python. */
final class Python {

  static final Path PEERS = Path.of("peers").toAbsolutePath();

  /** With this status a script says that something it needs is missing. */
  private static final int SKIPPED = 77;

  private static final int SECONDS = 300;

  private Python() {}

  /**
   * Runs Python to its end and returns what it printed. Skips the test if there is no Python, or if
   * the script says so.
   *
   * @param folder for its output
   * @param input its standard input
   */
  static String run(Path folder, String input, String... arguments) throws Exception {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    List<String> command = new ArrayList<>();
    command.add(System.getenv().getOrDefault("PYTHON", "python3"));
    command.add("-B");
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile());
    builder.environment().put("PYTHONPATH", PEERS.toString());
    builder.environment().put("PYTHONUTF8", "1");
    // Tensors here are small, and threads that wait for each other take the cores of other tests.
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "no " + command.get(0) + " here");
      return "";
    }
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(out, UTF_8);
    assumeTrue(process.exitValue() != SKIPPED, printed.strip());
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }
}
