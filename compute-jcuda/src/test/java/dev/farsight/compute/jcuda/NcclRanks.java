package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** Groups of the collective {@code nccl} for tests. */
final class NcclRanks {

  private NcclRanks() {}

  /** Skips a test where there are no two GPUs, or no NCCL. */
  static void assumeInstalled() {
    Assumptions.assumeTrue(JcudaBackends.gpus() >= 2, "needs two GPUs");
    var availability = new NcclFactory().probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
  }

  static CollectiveContext context(List<OptionalInt> gpus, Duration timeout) {
    int ranks = gpus.size();
    List<String> names =
        gpus.stream().map(gpu -> gpu.isPresent() ? "gpu " + gpu.getAsInt() : "cpu").toList();
    List<Integer> all = IntStream.range(0, ranks).boxed().toList();
    var own = MemoryNcclTest.settings("");
    return new CollectiveContext(own, "cars", names, gpus, all, timeout, Optional.empty());
  }

  /** Of GPUs numbered by rank. */
  static List<Collective> connect(CollectiveFactory factory, int ranks, Duration timeout) {
    List<OptionalInt> gpus = IntStream.range(0, ranks).mapToObj(OptionalInt::of).toList();
    return factory.connect(context(gpus, timeout));
  }

  /**
   * Runs each rank in a thread of its own; returns what each threw, null where it threw nothing.
   */
  static List<Throwable> run(List<Collective> ends, Consumer<Collective> body) throws Exception {
    var results = new ArrayList<CompletableFuture<Void>>();
    for (Collective end : ends) {
      results.add(CompletableFuture.runAsync(() -> body.accept(end), task -> start(task)));
    }
    var thrown = new ArrayList<Throwable>();
    for (CompletableFuture<Void> result : results) {
      try {
        result.get(60, TimeUnit.SECONDS);
        thrown.add(null);
      } catch (ExecutionException e) {
        thrown.add(e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("rank " + thrown.size() + " hangs", e);
      }
    }
    return thrown;
  }

  private static void start(Runnable task) {
    var thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }
}
