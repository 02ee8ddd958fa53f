package dev.farsight.testkit.compute;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Float64Step} whose parameters are rounded to float32 after every step. */
final class NaiveStep implements CompiledStep, DenseState {

  private final Tape tape;
  private final StepSpec spec;
  private final NaiveSlots slots;
  private final List<Parameter> parameters;
  private final Map<String, float[]> dense = new LinkedHashMap<>();

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  NaiveStep(Tape tape, StepSpec spec, NaiveSlots slots) {
    this.tape = tape;
    this.spec = spec;
    this.slots = slots;
    this.parameters = parameters(tape, spec);
    parameters.forEach(p -> dense.put(p.name(), new float[p.size()]));
  }

  private static List<Parameter> parameters(Tape tape, StepSpec spec) {
    var parameters = new ArrayList<Parameter>();
    for (Op op : tape.ops()) {
      if (op instanceof Op.Linear linear) {
        int out = linear.output().size();
        int in = linear.input().size();
        parameters.add(new Parameter(linear.name() + ".weight", List.of(out, in), false));
        parameters.add(new Parameter(linear.name() + ".bias", List.of(out), false));
      }
    }
    if (!spec.optimizer().kind().rowState(1).isEmpty()) {
      for (Parameter p : List.copyOf(parameters)) {
        parameters.add(new Parameter(p.name() + ".adagrad", p.shape(), true));
      }
    }
    return List.copyOf(parameters);
  }

  @Override
  public Ticket train(StepInput input) {
    Float64Step step = widened(input);
    double loss = step.train(input.batch(), input.rowLearningRate(), input.denseLearningRate());
    input.loss().put(0, (float) loss);
    halted |= !Float.isFinite((float) loss);
    if (!halted) {
      step.dense().forEach((name, values) -> narrow(values, dense.get(name)));
      forEachLookup(input, (rowId, slot) -> narrow(step.rows().get(rowId), slots.row(slot)));
    }
    return Ticket.DONE;
  }

  @Override
  public Ticket evaluate(StepInput input) {
    Float64Step step = widened(input);
    double[] logits = step.logits(input.batch());
    for (int s = 0; s < logits.length; s++) {
      input.logits().put(s, (float) logits[s]);
    }
    if (spec.schema().labelled()) {
      input.loss().put(0, (float) step.loss(input.batch()));
    }
    return Ticket.DONE;
  }

  @Override
  public void resume() {
    halted = false;
  }

  private Float64Step widened(StepInput input) {
    StepInputs.check(input);
    var step = new Float64Step(tape, spec.optimizer(), spec.maxNorms());
    dense.forEach((name, values) -> step.dense().put(name, widen(values)));
    forEachLookup(input, (rowId, slot) -> step.rows().put(rowId, widen(slots.row(slot))));
    return step;
  }

  private interface RowInSlot {
    void visit(long rowId, int slot);
  }

  private static void forEachLookup(StepInput input, RowInSlot visitor) {
    for (Lookup lookup : Lookup.all(input.batch())) {
      int unique = input.uniqueOf().get(lookup.number());
      visitor.visit(lookup.rowId(), input.uniqueSlots().get(unique));
    }
  }

  static double[] widen(float[] values) {
    var wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static void narrow(double[] values, float[] into) {
    for (int i = 0; i < values.length; i++) {
      into[i] = (float) values[i];
    }
  }

  @Override
  public DenseState dense() {
    return this;
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public void read(int parameter, float[] into) {
    float[] values = dense.get(parameters.get(parameter).name());
    System.arraycopy(values, 0, into, 0, values.length);
  }

  @Override
  public void write(int parameter, float[] from) {
    float[] values = dense.get(parameters.get(parameter).name());
    System.arraycopy(from, 0, values, 0, values.length);
  }

  @Override
  public long deviceBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
