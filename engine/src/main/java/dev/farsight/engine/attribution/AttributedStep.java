package dev.farsight.engine.attribution;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.table.RowGroups;

/** A plugin's compiled step. */
final class AttributedStep implements CompiledStep {

  private final CompiledStep step;
  private final PluginCalls calls;
  private final AttributedTickets training;
  private final AttributedTickets evaluation;

  AttributedStep(CompiledStep step, PluginCalls calls) {
    this.step = step;
    this.calls = calls;
    training = new AttributedTickets(calls, "CompiledStep.train");
    evaluation = new AttributedTickets(calls, "CompiledStep.evaluate");
  }

  @Override
  public Ticket train(StepInput input) {
    try {
      return training.of(step.train(input));
    } catch (RuntimeException | Error e) {
      throw calls.failure("CompiledStep.train", e);
    }
  }

  @Override
  public Ticket evaluate(StepInput input) {
    try {
      return evaluation.of(step.evaluate(input));
    } catch (RuntimeException | Error e) {
      throw calls.failure("CompiledStep.evaluate", e);
    }
  }

  @Override
  public void resume() {
    calls.run("CompiledStep.resume", step::resume);
  }

  @Override
  public boolean ordersLookups() {
    return calls.get("CompiledStep.ordersLookups", step::ordersLookups);
  }

  @Override
  public RowFinder rowFinder(RowGroups groups) {
    try {
      RowFinder finder = step.rowFinder(groups);
      return finder == null ? null : new AttributedFinder(finder, calls);
    } catch (RuntimeException | Error e) {
      throw calls.failure("CompiledStep.rowFinder", e);
    }
  }

  @Override
  public DenseState dense() {
    return new AttributedDense(calls.get("CompiledStep.dense", step::dense), calls);
  }

  @Override
  public long deviceBytes() {
    return calls.get("CompiledStep.deviceBytes", step::deviceBytes);
  }

  @Override
  public void close() {
    calls.run("CompiledStep.close", step::close);
  }
}
