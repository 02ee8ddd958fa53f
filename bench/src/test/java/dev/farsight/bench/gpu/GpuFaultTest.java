package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see when a run on a GPU cannot begin or go on: one line that says what to do. */
class GpuFaultTest {

  @TempDir Path folder;

  @BeforeEach
  void needsAGpu() {
    GpuRun.assumeGpu();
  }

  private static GpuRun run(Path folder) {
    return GpuRun.small(folder);
  }

  private void failInAProcess(String... settings) throws IOException, InterruptedException {
    assertThat(FailingRun.lastLine(folder, 0, settings))
        .contains("CUDA_ERROR_ILLEGAL_ADDRESS", "start again");
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
    var resumed =
        run(folder).set(backend, "checkpoint.every=10 steps").resume(FailingRun.NAME).report();

    assertThat(folder.resolve(FailingRun.NAME).resolve("checkpoints")).isDirectory();
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
