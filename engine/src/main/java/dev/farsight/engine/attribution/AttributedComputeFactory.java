package dev.farsight.engine.attribution;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import java.util.List;

/** A plugin's compute backends. */
final class AttributedComputeFactory extends Attributed<ComputeFactory> implements ComputeFactory {

  AttributedComputeFactory(ComputeFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(Settings own) {
    calls.run("ComputeFactory.check", () -> factory.check(own));
  }

  @Override
  public Availability probe() {
    return calls.get("ComputeFactory.probe", factory::probe);
  }

  @Override
  public int devices(Settings own) {
    return calls.get("ComputeFactory.devices", () -> factory.devices(own));
  }

  @Override
  public boolean exchangesSums() {
    return calls.get("ComputeFactory.exchangesSums", factory::exchangesSums);
  }

  @Override
  public boolean prefersSums() {
    return calls.get("ComputeFactory.prefersSums", factory::prefersSums);
  }

  @Override
  public boolean dividesColumns() {
    return calls.get("ComputeFactory.dividesColumns", factory::dividesColumns);
  }

  @Override
  public DeviceRates rates(Settings own) {
    return calls.get("ComputeFactory.rates", () -> factory.rates(own));
  }

  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    return calls.get(
        "ComputeFactory.forecast", () -> factory.forecast(spec, slots, inRows, outRows));
  }

  @Override
  public List<String> arithmetic() {
    return calls.get("ComputeFactory.arithmetic", factory::arithmetic);
  }

  @Override
  public boolean usesHostMemory() {
    return calls.get("ComputeFactory.usesHostMemory", factory::usesHostMemory);
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    return new AttributedBackend(
        calls.get("ComputeFactory.open", () -> factory.open(context)), calls);
  }
}
