package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Path;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on two GPUs of a host, and what users see if one of them is not as it should be. */
class SeveralGpusTest {

  private static final String TWO = "compute.jcuda.devices=[0, 1]";

  @TempDir Path folder;

  @BeforeEach
  void needsTwoGpus() {
    GpuRun.assumeGpu();
    var count = new int[1];
    JCudaDriver.cuInit(0);
    JCudaDriver.cuDeviceGetCount(count);
    assumeTrue(count[0] >= 2, "needs two GPUs");
  }

  private GpuRun run(String... settings) {
    return GpuRun.small(folder).set(TWO).set(settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache.size=\"20%\" | cache.policy=lru",
        "cache.size=all | cache.regions=3",
        "cache.size=all | compute.jcuda.peer-access=false",
        "cache.size=\"10%\" | compute.jcuda.peer-access=false",
        "cache.size=all | sharding.tables.C1=table",
        "cache.size=\"10%\" | sharding.collective=sockets"
      })
  void resultsAreTheSameBits(String size, String other) {
    Config expected = run("cache.size=\"6%\"").train().report();
    Config report = run(size, other).train().report();
    assertThat(report.getString("loss_sha256")).isEqualTo(expected.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256")).isEqualTo(expected.getString("weights_sha256"));
    assertThat(report.getConfigList("devices")).hasSize(2);
  }

  @Test
  void ncclIsTheSameBits() {
    String carried = "compute.jcuda.peer-access=false";
    Config expected = run().train().report();
    Config report;
    try {
      report = run(carried, "sharding.collective=nccl").train().report();
    } catch (FarsightException e) {
      assumeTrue(!e.getMessage().contains("libnccl"), e.getMessage());
      throw e;
    }
    assertThat(report.getString("loss_sha256")).isEqualTo(expected.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256")).isEqualTo(expected.getString("weights_sha256"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRunGoesOnFromBeforeOneOfThemFailed(int gpu) throws IOException, InterruptedException {
    String checkpoints = "checkpoint.every=10 steps";
    Config undisturbed = run().train().report();

    String line = FailingRun.lastLine(folder, gpu, TWO, checkpoints);
    assertThat(line).contains("rank " + gpu + " (", "CUDA_ERROR_ILLEGAL_ADDRESS", "start again");
    Config resumed = run(checkpoints).resume(FailingRun.NAME).report();

    assertThat(resumed.getString("loss_sha256")).isEqualTo(undisturbed.getString("loss_sha256"));
    assertThat(resumed.getString("weights_sha256"))
        .isEqualTo(undisturbed.getString("weights_sha256"));
  }

  /** To the order of sums. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRunGoesOnWithOneMoreOrOneLess(boolean more) {
    String checkpoints = "checkpoint.every=100 steps";
    String first = more ? "compute.jcuda.devices=[0]" : TWO;
    String second = more ? TWO : "compute.jcuda.devices=[0]";
    var expected = run(first).train().losses();

    run(first, checkpoints, "train.max-steps=100").train("moved");
    var losses = run(second, checkpoints).resume("moved").losses();

    assertThat(losses).hasSameSizeAs(expected);
    for (int step = 0; step < losses.size(); step++) {
      assertThat(losses.get(step))
          .as("step %d", step)
          .isCloseTo(expected.get(step), Offset.offset(1e-3f));
    }
  }

  @Test
  void oneWithTooLittleFreeMemoryIsNamed() {
    CUdeviceptr taken = takeAllBut(1, 200L << 20);
    try {
      assertThatThrownBy(
              () ->
                  run(
                          "data.synthetic.cardinalities=[3000000, 400]",
                          "model.embedding-dim=128",
                          "cache.size=all")
                      .train())
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("gpu 1")
          .hasMessageContaining("MiB of device memory")
          .message()
          .doesNotContain("\n");
    } finally {
      JCudaDriver.cuMemFree(taken);
    }
    assertThat(run().train().losses()).isNotEmpty();
  }

  /** Memory of a GPU, until it is freed. */
  private static CUdeviceptr takeAllBut(int gpu, long bytes) {
    var device = new CUdevice();
    var context = new CUcontext();
    JCudaDriver.cuDeviceGet(device, gpu);
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    JCudaDriver.cuCtxSetCurrent(context);
    var free = new long[1];
    JCudaDriver.cuMemGetInfo(free, new long[1]);
    var memory = new CUdeviceptr();
    assertThat(JCudaDriver.cuMemAlloc(memory, free[0] - bytes)).isZero();
    return memory;
  }

  @Test
  void oneThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> run("compute.jcuda.devices=[0, 63]").train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("compute.jcuda.devices: there is no device 63; the driver sees 0 (");
  }
}
