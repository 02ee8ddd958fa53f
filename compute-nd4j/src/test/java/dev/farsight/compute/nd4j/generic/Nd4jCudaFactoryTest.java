package dev.farsight.compute.nd4j.generic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Nd4jCudaFactoryTest {

  @TempDir Path classes;

  @ParameterizedTest
  @CsvSource({"3,7", "5,0", "6,1", "7,0", "7,5", "8,0", "8,6", "8,9"})
  void capabilitiesWithMachineCodeCanRun(int major, int minor) {
    var availability = new CudaDevice("Some GPU", major, minor).forNd4j();
    assertThat(availability.available()).isTrue();
    assertThat(availability.detail()).contains("Some GPU", major + "." + minor);
  }

  @ParameterizedTest
  @CsvSource({"9,0", "10,0", "12,0"})
  void newerOnesAreSentToJcuda(int major, int minor) {
    var availability = new CudaDevice("NVIDIA H200", major, minor).forNd4j();
    assertThat(availability.available()).isFalse();
    assertThat(availability.detail())
        .isEqualTo(
            "NVIDIA H200 of compute capability %d.%d, but nd4j-cuda runs on compute capability "
                + "3.7 to 8.9 only; use compute.backend = jcuda",
            major, minor);
  }

  @ParameterizedTest
  @CsvSource({"2,1", "3,0", "3,5"})
  void olderOnesAreSentToTheCpu(int major, int minor) {
    var availability = new CudaDevice("Old GPU", major, minor).forNd4j();
    assertThat(availability.available()).isFalse();
    assertThat(availability.detail())
        .contains(major + "." + minor, "3.7 to 8.9")
        .endsWith("use compute.backend = nd4j-native");
  }

  @Test
  void saysThatTheDefaultBuildHasNoCudaBackend() {
    var availability = factory(() -> List.of(new CudaDevice("GPU", 8, 0)), false).probe();
    assertThat(availability.available()).isFalse();
    assertThat(availability.detail())
        .contains("not on the class path", "mvn -Pnd4j-cuda package")
        .doesNotContain("\n");
  }

  @Test
  void saysThatTheJarWithTheNativesIsMissing() throws IOException {
    Nd4jCudaFactory factory = factory(() -> List.of(new CudaDevice("GPU", 8, 0)), true);
    Files.delete(classes.resolve(Nd4jCudaFactory.NATIVES));
    var availability = factory.probe();
    assertThat(availability.available()).isFalse();
    assertThat(availability.detail()).contains("nd4j-cuda-11.6-*-linux-x86_64.jar");
  }

  @Test
  void asksTheDriverWhereTheBackendIsThere() {
    assertThat(factory(() -> List.of(new CudaDevice("GPU", 8, 0)), true).probe().available())
        .isTrue();
  }

  @Test
  void tellsWhatTheDriverSays() {
    assertThat(factory(() -> List.of(new CudaDevice("GPU", 9, 0)), true).probe().detail())
        .contains("9.0", "jcuda");
  }

  @Test
  void missingDriverIsOneLine() {
    var availability = factory(() -> CudaDriver.devices("libnosuchdriver.so.1"), true).probe();
    assertThat(availability.available()).isFalse();
    assertThat(availability.detail())
        .isEqualTo("no NVIDIA driver: libnosuchdriver.so.1 is not to be found; install the driver");
  }

  @Test
  void probingThisMachineThrowsNothing() {
    var availability = new Nd4jCudaFactory().probe();
    assertThat(availability.detail()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void openingSaysWhyNot() {
    Nd4jCudaFactory factory = factory(() -> List.of(new CudaDevice("NVIDIA H200", 9, 0)), true);
    var context =
        new ComputeContext(Settings.of("farsight.compute.nd4j-cuda", ConfigFactory.empty()), 1);
    assertThatThrownBy(() -> factory.open(context))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("compute.backend = nd4j-cuda: NVIDIA H200 of compute capability 9.0");
  }

  @Test
  void forecastsSlotsAndRings() {
    var format = RowFormat.of(16, 1);
    OptimizerSpec adagrad = TestOptimizer.ROWWISE_ADAGRAD.spec();
    var spec = new StepSpec(RandomBatches.schema(1, 10, 10), 8, 16, format, adagrad);
    var forecast = new Nd4jCudaFactory().forecast(spec, 1000, 30, 20);
    assertThat(forecast.bytes(Tier.HOST)).isEqualTo(50 * 68);
    assertThat(forecast.bytes(Tier.DEVICE)).isGreaterThan(68_000);
  }

  /** A class path with or without files where ND4J's CUDA backend and its natives would be. */
  private Nd4jCudaFactory factory(Supplier<List<CudaDevice>> driver, boolean backend) {
    try {
      if (backend) {
        for (String name :
            List.of(
                Nd4jCudaFactory.BACKEND.replace('.', '/') + ".class", Nd4jCudaFactory.NATIVES)) {
          Path file = classes.resolve(name);
          Files.createDirectories(file.getParent());
          Files.createFile(file);
        }
      }
      var classPath = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
      return new Nd4jCudaFactory(classPath, driver);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
