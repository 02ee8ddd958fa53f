package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@link GpuRun#small A small run} that a GPU fails in the middle of. In a process of its own,
 * since a kernel's error spoils the GPU's context for the whole process.
 */
final class FailingRun {

  /** What the run is called. */
  static final String NAME = "failing";

  private static final long LIMIT_SECONDS = 120;
  private static final int FAILS_AFTER = 55;

  private FailingRun() {}

  /** Trains in the folder ARGS[0] with the settings that follow the number of a GPU. */
  public static void main(String[] args) {
    String[] settings = Arrays.copyOfRange(args, 2, args.length);
    int gpu = Integer.parseInt(args[1]);
    try {
      GpuRun.small(Path.of(args[0]))
          .set(settings)
          .afterStep(FAILS_AFTER, () -> KernelThatFails.launchOn(gpu))
          .train(NAME);
      System.exit(0);
    } catch (FarsightException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Runs the process until it has failed; returns the last line that it printed. */
  static String lastLine(Path folder, int gpu, String... settings)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FailingRun.class.getName(),
            folder.toString(),
            Integer.toString(gpu)));
    command.addAll(List.of(settings));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String lines = Files.readString(out);
    assertThat(ended).as("ended; it printed %s", lines).isTrue();
    assertThat(process.exitValue()).as(lines).isEqualTo(1);
    return lines.strip().lines().reduce((a, b) -> b).orElseThrow();
  }
}
