package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Line;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code compute.backend = nd4j-native}: the CPU, for linux-x86_64. Native libraries are loaded by
 * {@link #open} alone.
 */
public final class CpuFactory implements ComputeFactory {

  private static final String BLAS_KERNELS = "blas-kernels";
  private static final String DEVICES = "devices";
  private static final int MAX_DEVICES = 64;

  private static final String LIBRARY =
      "org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so";

  /** By setting: what is found out about the kernels is found out once. */
  private final Map<String, OpenBlas> libraries = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "nd4j-native";
  }

  @Override
  public List<String> arithmetic() {
    return List.of(BLAS_KERNELS);
  }

  @Override
  public void check(Settings own) {
    own.string(BLAS_KERNELS);
    devices(own);
  }

  @Override
  public int devices(Settings own) {
    return own.integer(DEVICES, 1, MAX_DEVICES);
  }

  @Override
  public boolean exchangesSums() {
    return true;
  }

  @Override
  public boolean dividesColumns() {
    return true;
  }

  @Override
  public Availability probe() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      return Availability.no("natives are there for Linux amd64 only, not for " + platform);
    }
    if (getClass().getClassLoader().getResource(LIBRARY) == null) {
      return Availability.no("OpenBLAS is missing: add openblas-*-linux-x86_64.jar to lib/");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return Availability.yes("CPU, " + cores + (cores == 1 ? " core" : " cores"));
  }

  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    var format = spec.format();
    long bag = (long) spec.schema().features().size() * format.dim() * Float.BYTES;
    var lines = new ArrayList<Line>();
    lines.add(
        new Line(
            Tier.DEVICE, "cache slots, in host memory", (long) slots * spec.slotFormat().bytes()));
    lines.add(
        new Line(
            Tier.DEVICE,
            "pooled rows and their gradients, in host memory",
            2L * spec.batchSize() * bag));
    lines.add(new Line(Tier.HOST, "rings", ((long) inRows + outRows) * spec.slotFormat().bytes()));
    if (spec.exchange() != null) {
      lines.add(
          new Line(
              Tier.DEVICE,
              "rows of other ranks, in host memory",
              RowTraffic.bytes(spec) + OwnedColumns.bytes(spec)));
      if (spec.exchange().sums().any()) {
        lines.add(
            new Line(
                Tier.DEVICE,
                "sums of bags of other ranks, in host memory",
                BagTraffic.bytes(spec)));
      }
    }
    if (Winners.heapBytes(spec) > 0) {
      lines.add(new Line(Tier.HEAP, "winners of max pooling", Winners.heapBytes(spec)));
    }
    if (RowScales.heapBytes(spec) > 0) {
      lines.add(new Line(Tier.HEAP, "factors of largest norms", RowScales.heapBytes(spec)));
    }
    return new MemoryForecast(lines);
  }

  @Override
  public boolean usesHostMemory() {
    return true;
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    var availability = probe();
    if (!availability.available()) {
      throw new FarsightException("compute.backend " + name() + ": " + availability.detail());
    }
    var blas = libraries.computeIfAbsent(context.own().string(BLAS_KERNELS), OpenBlas::new);
    return new CpuBackend(context.device(), blas, context.threads());
  }
}
