package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.collective.CarriedRanks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collective {@code nccl}: the ranks are GPUs of one process, and NCCL carries what they send
 * each other. Native libraries are loaded by {@link #connect} alone.
 */
public final class NcclFactory implements CollectiveFactory {

  private static final Logger LOG = LoggerFactory.getLogger(NcclFactory.class);

  private final Supplier<NcclLibrary> library;
  private final StagingMaker stagings;

  /** Makes the staging of a rank. */
  interface StagingMaker {
    RankStaging make(int gpu, int rank, int ranks);
  }

  public NcclFactory() {
    this(() -> InstalledNccl.open(System.getenv()), GpuStaging::new);
  }

  NcclFactory(Supplier<NcclLibrary> library, StagingMaker stagings) {
    this.library = library;
    this.stagings = stagings;
  }

  @Override
  public String name() {
    return "nccl";
  }

  @Override
  public void check(Settings own) {
    connectTimeout(own);
  }

  private static Duration connectTimeout(Settings own) {
    Duration timeout = own.duration("connect-timeout");
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
      throw own.bad("connect-timeout", "is not a time from 1 s to 24 h");
    }
    return timeout;
  }

  @Override
  public Availability probe() {
    if (InstalledGpu.driver().isEmpty()) {
      return Availability.no(
          "it connects GPUs of NVIDIA's, but there is no driver of theirs (libcuda.so.1); choose threads");
    }
    var gpu = InstalledGpu.find();
    if (!gpu.available()) {
      return gpu;
    }
    return CudaLibrary.NCCL
        .find(System.getenv())
        .map(file -> Availability.yes(gpu.detail() + ", " + file.getFileName()))
        .orElseGet(() -> Availability.no(CudaLibrary.NCCL.missing()));
  }

  @Override
  public List<Collective> connect(CollectiveContext context) {
    requireGpus(context);
    NcclLibrary nccl = library.get();
    LOG.info("NCCL {} connects {}", InstalledNccl.text(nccl.version()), context.names());
    var made = new ArrayList<RankStaging>();
    try {
      for (int rank = 0; rank < context.ranks(); rank++) {
        int gpu = context.gpus().get(rank).orElseThrow();
        made.add(stagings.make(gpu, rank, context.ranks()));
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, made.toArray(AutoCloseable[]::new));
      throw e;
    }
    var group = new NcclGroup(nccl, context, made, connectTimeout(context.own()));
    return CarriedRanks.connect(context, group.carriers());
  }

  private static void requireGpus(CollectiveContext context) {
    if (!context.oneProcess()) {
      throw refused("joins ranks of one process alone; for several processes choose sockets");
    }
    List<OptionalInt> gpus = context.gpus();
    for (int rank = 0; rank < context.ranks(); rank++) {
      if (gpus.get(rank).isEmpty()) {
        throw refused(
            "connects GPUs of NVIDIA's, and %s is none; choose threads, or compute.backend = jcuda"
                .formatted(context.name(rank)));
      }
      int first = gpus.indexOf(gpus.get(rank));
      if (first != rank) {
        throw refused(
            "needs a GPU for each rank, and %s and %s have the same; choose threads"
                .formatted(context.name(first), context.name(rank)));
      }
    }
  }

  private static FarsightException refused(String why) {
    return new FarsightException("sharding.collective = nccl " + why);
  }
}
