package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowFormat;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code nd4j-cuda}: {@link GenericBackend} on ND4J's CUDA backend, for NVIDIA GPUs of compute
 * capability 3.7 to 8.9. Its natives come only with the Maven profile {@code nd4j-cuda}.
 */
public final class Nd4jCudaFactory implements ComputeFactory {

  static final String BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
  static final String NATIVES = "org/nd4j/linalg/jcublas/bindings/linux-x86_64/libnd4jcuda.so";

  private final ClassLoader classPath;
  private final Supplier<List<CudaDevice>> driver;

  public Nd4jCudaFactory() {
    this(Nd4jCudaFactory.class.getClassLoader(), () -> CudaDriver.devices(CudaDriver.LIBRARY));
  }

  Nd4jCudaFactory(ClassLoader classPath, Supplier<List<CudaDevice>> driver) {
    this.classPath = classPath;
    this.driver = driver;
  }

  @Override
  public String name() {
    return "nd4j-cuda";
  }

  /** Looks for the backend's files and asks the driver, so that no natives of ND4J load. */
  @Override
  public Availability probe() {
    if (classPath.getResource(BACKEND.replace('.', '/') + ".class") == null) {
      return Availability.no(
          "ND4J's CUDA backend is not on the class path; build a distribution that has it with mvn -Pnd4j-cuda package");
    }
    if (classPath.getResource(NATIVES) == null) {
      return Availability.no(
          "ND4J's CUDA backend is on the class path, but not its natives; add nd4j-cuda-11.6-*-linux-x86_64.jar, or build a distribution with mvn -Pnd4j-cuda package");
    }
    try {
      return driver.get().get(0).forNd4j();
    } catch (FarsightException e) {
      return Availability.no(e.getMessage());
    }
  }

  /** Slots and rings to the byte; a step's intermediate arrays without the dense layers. */
  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    RowFormat format = spec.format();
    long vectors = spec.schema().features().size() + 1L;
    long pooled = 8 * vectors * format.dim();
    long products = 4 * vectors * vectors;
    long bags = (long) spec.batchSize() * spec.schema().features().size();
    long moreLookups = Math.max(0, spec.schema().maxLookups(spec.batchSize()) - bags);
    long lookups = 4 * moreLookups * format.dim();
    long step = (spec.batchSize() * (pooled + products) + lookups) * Float.BYTES;
    return MemoryForecast.of(Tier.DEVICE, "cache slots", (long) slots * format.bytes())
        .plus(MemoryForecast.of(Tier.DEVICE, "rows and interaction of a step, about", step))
        .plus(MemoryForecast.of(Tier.HOST, "rings", ((long) inRows + outRows) * format.bytes()));
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    Availability availability = probe();
    if (!availability.available()) {
      throw new FarsightException("compute.backend = nd4j-cuda: " + availability.detail());
    }
    String chosen = Nd4j.getBackend().getClass().getName();
    if (!chosen.equals(BACKEND)) {
      throw new FarsightException(
          "compute.backend = nd4j-cuda: ND4J chose "
              + chosen
              + "; leave nd4j-native out of the class path");
    }
    return new GenericBackend(driver.get().get(0).name(), context.threads());
  }
}
