package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see when a run on a GPU cannot begin or go on: one line that says what to do. */
class GpuFaultTest {

  private static final long LIMIT_SECONDS = 120;

  @TempDir Path folder;

  @BeforeEach
  void needsAGpu() {
    GpuRun.assumeGpu();
  }

  static GpuRun run(Path folder) {
    return GpuRun.in(folder)
        .set(
            "data.batch-size=256",
            "data.synthetic.rows=" + 256 * 200,
            "data.synthetic.cardinalities=[60000, 400, 20000]",
            "model.embedding-dim=16",
            "model.bottom-mlp=[32]",
            "model.top-mlp=[32]",
            "cache.size=\"5%\"");
  }

  /** Trains in the folder named first, and fails on the device in the middle of it. */
  static final class FailingRun {
    private FailingRun() {}

    public static void main(String[] args) {
      try {
        run(Path.of(args[0])).afterStep(20, KernelThatFails::launch).train();
        System.exit(0);
      } catch (FarsightException e) {
        System.out.println(e.getMessage());
        System.exit(1);
      }
    }
  }

  /** In a process of its own, since a kernel's error spoils the context for the whole process. */
  @Test
  void aKernelErrorIsOneLineAndTheProcessEnds() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:MaxDirectMemorySize=8g",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FailingRun.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String lines = Files.readString(out);
    assertThat(ended).as("ended; it printed %s", lines).isTrue();
    assertThat(process.exitValue()).as(lines).isEqualTo(1);
    String last = lines.strip().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).contains("CUDA_ERROR_ILLEGAL_ADDRESS", "start again");
  }

  @Test
  void tooLittleDeviceMemoryIsToldBeforeTheStoreIsOpened() {
    GpuRun large =
        run(folder)
            .set(
                "data.synthetic.cardinalities=[500000000, 400]",
                "model.embedding-dim=512",
                "cache.size=\"95%\"",
                "storage.offheap.memory-limit=\"8 TiB\"");
    assertThatThrownBy(large::train)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("MiB of device memory")
        .hasMessageContaining("lower cache.size");
    // What was taken until then was given back.
    assertThat(run(folder).train().losses()).isNotEmpty();
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRun() {
    assertThatThrownBy(() -> run(folder).set("optimizer.learning-rate=1e30").train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("that step was not applied")
        .hasMessageContaining("learning-rate");
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> run(folder).set("compute.jcuda.device=63").train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("compute.jcuda.device = 63")
        .hasMessageContaining("the driver sees");
  }
}
