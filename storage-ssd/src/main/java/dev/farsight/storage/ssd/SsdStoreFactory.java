package dev.farsight.storage.ssd;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;

/**
 * Opens {@code storage.backend = ssd}. Asks first what can be asked: flags of the JVM, room on the
 * disk for the full capacity, whether the files that are there fit the run.
 */
public final class SsdStoreFactory implements RowStoreFactory {

  @Override
  public String name() {
    return "ssd";
  }

  @Override
  public void check(Settings own) {
    SsdSettings.check(own);
  }

  @Override
  public Availability probe() {
    return JvmFlags.probe();
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public MemoryForecast forecast(StoreSpec spec) {
    SsdSettings settings = SsdSettings.of(spec);
    int generations = spec.generations();
    return MemoryForecast.of(
            Tier.SSD,
            "embedding rows, files of "
                + settings.capacity()
                + " rows"
                + (generations == 1 ? "" : " for each of " + generations + " generations"),
            generations * StoreFiles.forecast(settings, spec.format().bytes()))
        .plus(
            MemoryForecast.of(
                Tier.HOST, "which rows were written", RowBits.bytes(spec.tables().rows())));
  }

  @Override
  public RowStore open(StoreSpec spec) {
    JvmFlags.require();
    return new SsdStore(spec, Generations.open(spec, SsdSettings.of(spec)));
  }

  @Override
  public RowStore reopen(StoreSpec spec) {
    JvmFlags.require();
    return new SsdStore(spec, Generations.reopen(spec, SsdSettings.of(spec)));
  }

  @Override
  public RowReader openReader(StoreSpec spec) {
    JvmFlags.require();
    return SsdReader.open(spec, SsdSettings.of(spec));
  }
}
