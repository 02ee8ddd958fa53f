package dev.farsight.bench.peers;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.compute.NaiveBackend;
import java.util.TreeMap;

/** {@code compute.backend = naive}: the reference in double precision, in a whole run. */
final class NaiveFactory implements ComputeFactory {

  /** The components, and the naive backend too. */
  static Components beside(Components components) {
    var computes = new TreeMap<>(components.computes());
    computes.put("naive", new NaiveFactory());
    return new Components(
        components.policies(),
        components.stores(),
        computes,
        components.sources(),
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  @Override
  public String name() {
    return "naive";
  }

  @Override
  public Availability probe() {
    return Availability.yes("for tests");
  }

  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    return MemoryForecast.none();
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    return new NaiveBackend();
  }
}
