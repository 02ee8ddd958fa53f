package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see when a run on a GPU cannot begin or go on: one line that says what to do. */
class GpuFaultTest {

  private static final long LIMIT_SECONDS = 120;
  private static final int FAILS_AFTER = 55;

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
            "model.dlrm.bottom-mlp=[32]",
            "model.dlrm.top-mlp=[32]",
            "cache.size=\"5%\"");
  }

  /** Trains in FOLDER with SETTINGS, and fails on the device in the middle of it. */
  static final class FailingRun {
    private FailingRun() {}

    public static void main(String[] args) {
      String[] settings = Arrays.copyOfRange(args, 1, args.length);
      try {
        run(Path.of(args[0]))
            .set(settings)
            .afterStep(FAILS_AFTER, KernelThatFails::launch)
            .train("failing");
        System.exit(0);
      } catch (FarsightException e) {
        System.out.println(e.getMessage());
        System.exit(1);
      }
    }
  }

  /** In a process of its own, since a kernel's error spoils the context for the whole process. */
  private void failInAProcess(String... settings) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FailingRun.class.getName(),
            folder.toString()));
    command.addAll(List.of(settings));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String lines = Files.readString(out);
    assertThat(ended).as("ended; it printed %s", lines).isTrue();
    assertThat(process.exitValue()).as(lines).isEqualTo(1);
    String last = lines.strip().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).contains("CUDA_ERROR_ILLEGAL_ADDRESS", "start again");
  }

  @Test
  void aKernelErrorIsOneLineAndTheProcessEnds() throws IOException, InterruptedException {
    failInAProcess();
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void whatWasSavedBeforeAKernelErrorIsGoneOnFrom(String store)
      throws IOException, InterruptedException {
    assumeTrue(
        store.equals("offheap") || ToolProvider.getSystemJavaCompiler() != null,
        "ssd needs a Java with a compiler");
    String backend = "storage.backend=" + store;
    var undisturbed = run(folder).set(backend).train().report();

    failInAProcess(backend, "checkpoint.every=10 steps");
    var resumed = run(folder).set(backend, "checkpoint.every=10 steps").resume("failing").report();

    assertThat(folder.resolve("failing/checkpoints")).isDirectory();
    assertThat(resumed.getString("loss_sha256")).isEqualTo(undisturbed.getString("loss_sha256"));
    assertThat(resumed.getString("weights_sha256"))
        .isEqualTo(undisturbed.getString("weights_sha256"));
  }

  @Test
  void tooLittleDeviceMemoryIsToldBeforeTheStoreIsOpened() {
    GpuRun large =
        run(folder)
            .set(
                "data.synthetic.cardinalities=[30000000, 400]",
                "model.embedding-dim=4096",
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
    assertThatThrownBy(() -> run(folder).set("optimizer.learning-rate=1e6").train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("that step was not applied")
        .hasMessageContaining("learning-rate");
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> run(folder).set("compute.jcuda.devices=[63]").train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("compute.jcuda.devices: there is no device 63; the driver sees 0 (")
        .hasMessageContaining("the driver sees");
  }
}
