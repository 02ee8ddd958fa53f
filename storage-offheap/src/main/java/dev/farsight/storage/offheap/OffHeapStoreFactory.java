package dev.farsight.storage.offheap;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Sizes;
import dev.farsight.api.memory.HostMemory;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens {@code storage.backend = offheap}. Compares what the full tables take with what the host
 * has available before it takes anything, also when memory is taken lazily: a run that ends in the
 * kernel's out-of-memory killer after hours is worse than one that does not start. The setting
 * {@code storage.offheap.memory-limit} stands above the host's word.
 */
public final class OffHeapStoreFactory implements RowStoreFactory {

  private static final Logger LOG = LoggerFactory.getLogger(OffHeapStoreFactory.class);

  private final Path root;

  public OffHeapStoreFactory() {
    this(Path.of("/"));
  }

  /** Reads the host's figures below {@code root}. */
  OffHeapStoreFactory(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "offheap";
  }

  @Override
  public void check(Settings own) {
    OffHeapSettings.of(own);
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.of(Tier.HOST, "embedding rows, off-heap", spec.bytes())
        .plus(
            MemoryForecast.of(
                Tier.HOST, "which rows were written", OffHeapStore.bytes(spec) - spec.bytes()));
  }

  @Override
  public RowStore open(StoreSpec spec) {
    OffHeapSettings settings = OffHeapSettings.of(spec.own());
    boolean hugePages = settings.hugePages().decide(spec.own(), root);
    requireRoom(spec, settings);
    Mapping mapping = Mapping.reserve(OffHeapStore.bytes(spec), hugePages);
    try {
      LOG.info(
          "{} of rows off-heap, pages of {}",
          Sizes.text(mapping.bytes()),
          hugePages ? "2 MiB" : "4 KiB");
      if (settings.populate() == OffHeapSettings.Populate.PARALLEL) {
        populate(mapping, spec.threads());
      }
      return new OffHeapStore(spec, mapping);
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }

  private static void populate(Mapping mapping, int threads) {
    long start = System.nanoTime();
    try (var workers = new Workers("populate", threads)) {
      mapping.populate(workers);
    }
    LOG.info(
        "{} populated by {} threads in {} ms",
        Sizes.text(mapping.bytes()),
        threads,
        (System.nanoTime() - start) / 1_000_000);
  }

  private void requireRoom(StoreSpec spec, OffHeapSettings settings) {
    long needed = OffHeapStore.bytes(spec);
    String need =
        String.format(
            Locale.ROOT,
            "storage offheap needs %s for %d rows of %d bytes, ",
            Sizes.text(needed),
            spec.tables().rows(),
            spec.format().bytes());
    String smaller = "make model.embedding-dim or the tables smaller";
    String key = spec.own().path() + "." + OffHeapSettings.MEMORY_LIMIT;
    if (settings.memoryLimit().isPresent()) {
      long limit = settings.memoryLimit().getAsLong();
      if (needed > limit) {
        throw new FarsightException(
            need + key + " is " + Sizes.text(limit) + "; raise it, or " + smaller);
      }
      return;
    }
    HostMemory host = HostMemory.of(root);
    if (needed > host.available()) {
      throw new FarsightException(
          need
              + "the host has "
              + Sizes.text(host.available())
              + " ("
              + host.source()
              + "); "
              + smaller
              + ", or set "
              + key
              + " if the host can give more than it says");
    }
  }
}
