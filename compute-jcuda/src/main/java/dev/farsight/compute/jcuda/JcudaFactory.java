package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Line;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import java.nio.file.Path;
import java.util.List;

/** {@code compute.backend = jcuda}. Native libraries are loaded by {@link #open} alone. */
public final class JcudaFactory implements ComputeFactory {

  private static final List<String> JARS =
      List.of("jcuda/driver/JCudaDriver.class", "lib/libJCudaDriver-12.6.0-linux-x86_64.so");

  @Override
  public String name() {
    return "jcuda";
  }

  @Override
  public List<String> arithmetic() {
    return List.of("precision");
  }

  @Override
  public void check(Settings own) {
    JcudaSettings.of(own);
  }

  @Override
  public int devices(Settings own) {
    DeviceChoice choice = JcudaSettings.of(own).devices();
    return InstalledGpu.driver().map(choice::count).orElse(1);
  }

  @Override
  public DeviceRates rates(Settings own) {
    DeviceChoice choice = JcudaSettings.of(own).devices();
    return InstalledGpu.driver().map(driver -> rates(choice, driver)).orElse(DeviceRates.PCIE);
  }

  static DeviceRates rates(DeviceChoice choice, InstalledGpu.Queries driver) {
    int there = InstalledGpu.count(driver);
    List<Integer> gpus = choice.listed(driver);
    // That one is not there is told when it is opened.
    return gpus.stream().allMatch(gpu -> gpu < there)
        ? LinkRates.of(gpus, driver)
        : DeviceRates.PCIE;
  }

  @Override
  public boolean dividesColumns() {
    return true;
  }

  @Override
  public boolean exchangesSums() {
    return true;
  }

  /** The host then finds unique rows and lists lookups, which takes longer than a GPU's step. */
  @Override
  public boolean prefersSums() {
    return false;
  }

  @Override
  public Availability probe() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      return Availability.no("natives are there for Linux amd64 only, not for " + platform);
    }
    for (String file : JARS) {
      if (getClass().getClassLoader().getResource(file) == null) {
        return Availability.no(
            "JCuda is not on the class path (%s); its jars are in lib/jcuda of the distribution: unpack it again"
                .formatted(file));
      }
    }
    var gpu = InstalledGpu.find();
    if (!gpu.available()) {
      return gpu;
    }
    var found = new StringBuilder(gpu.detail());
    for (CudaLibrary library : List.of(CudaLibrary.NVRTC, CudaLibrary.CUBLAS_LT)) {
      var file = library.find(System.getenv());
      if (file.isEmpty()) {
        return Availability.no(gpu.detail() + ", but " + library.missing());
      }
      found.append(", ").append(file.get().getFileName());
    }
    return Availability.yes(found.toString());
  }

  /**
   * All but what the tape decides: the values of layers, about 12 bytes a unit and sample, those of
   * cross layers twice, and one-hot rows where something else than an interaction reads them, 4
   * bytes a sample, feature and dimension. And but for what each batch takes that is read ahead or
   * in use: 4 bytes a lookup, with bags up to 20, and with rows of 16 bits 8 bytes a unique row. Of
   * two ways to find unique rows and to order lookups, between which the GPU's shared memory
   * decides, the one that takes more.
   */
  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    var format = spec.format();
    long bags = (long) spec.batchSize() * spec.schema().features().size();
    long vectors = bags * format.dim() * Float.BYTES;
    var shape = new BagShape(spec);
    long pooled = shape.pooled() ? vectors + shape.winners() * Integer.BYTES : 0;
    long search = Math.max(BlockSearch.bytes(spec), HashSearch.bytes(spec));
    long slotBytes = spec.slotFormat().bytes();
    long rings = ((long) inRows + outRows) * slotBytes;
    return new MemoryForecast(
        List.of(
            new Line(Tier.DEVICE, "cache slots", slots * slotBytes),
            new Line(Tier.DEVICE, "rings on the device", rings),
            new Line(Tier.DEVICE, "pooled rows", pooled),
            new Line(Tier.DEVICE, "gradients of rows", RowUpdates.bytes(spec) + vectors),
            new Line(Tier.DEVICE, "rows and gradients of other ranks", RankExchange.bytes(spec)),
            new Line(Tier.DEVICE, "search for unique rows", search + 32L * spec.maxUniqueRows()),
            new Line(Tier.DEVICE, "order of lookups", LookupSort.bytes(spec)),
            new Line(Tier.DEVICE, "workspace of matrix products", CublasLt.WORKSPACE),
            new Line(Tier.HOST, "rings, pinned", rings)));
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    var availability = probe();
    if (!availability.available()) {
      throw new FarsightException("compute.backend " + name() + ": " + availability.detail());
    }
    JcudaSettings settings = JcudaSettings.of(context.own());
    List<Integer> ordinals = settings.devices().resolve(InstalledGpu.driver().orElseThrow());
    Path cache =
        settings
            .kernelCache()
            .orElseGet(
                () -> KernelCache.defaultFolder(System.getenv(), System.getProperty("user.home")));
    return new JcudaBackend(
        new Gpu(ordinals.get(context.device())),
        settings.precision(),
        cache,
        gpu -> Timeline.of(gpu, settings.timeline(), context.device()),
        settings.peerAccess());
  }
}
