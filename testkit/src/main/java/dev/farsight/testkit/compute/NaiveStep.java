package dev.farsight.testkit.compute;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Float64Step} whose parameters are rounded to float32 after every step. */
final class NaiveStep implements CompiledStep, DenseState {

  private final Tape tape;
  private final StepSpec spec;
  private final NaiveSlots slots;
  private final RowWeights weights;
  private final List<Parameter> parameters;
  private final Map<String, float[]> dense = new LinkedHashMap<>();

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  NaiveStep(Tape tape, StepSpec spec, NaiveSlots slots) {
    this.tape = tape;
    this.spec = spec;
    this.slots = slots;
    this.parameters = parameters(tape, spec);
    this.weights = new RowWeights(spec.format());
    new Float64Step(tape, spec.optimizer())
        .dense()
        .forEach((name, values) -> dense.put(name, narrowed(values)));
  }

  private static List<Parameter> parameters(Tape tape, StepSpec spec) {
    var parameters = new ArrayList<Parameter>();
    tape.parameters().forEach(p -> parameters.add(new Parameter(p.name(), p.shape(), false)));
    for (StatePart part : spec.optimizer().dense().denseState()) {
      tape.parameters()
          .forEach(
              p -> parameters.add(new Parameter(p.name() + "." + part.name(), p.shape(), true)));
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
      step.dense().forEach((name, values) -> dense.put(name, narrowed(values)));
      input.saturated().put(0, 0);
      Map<Long, Integer> slotOf = new LinkedHashMap<>();
      forEachLookup(input, slotOf::put);
      slotOf.forEach((rowId, slot) -> store(input, rowId, step.rows().get(rowId), slot));
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
    var step = new Float64Step(tape, spec.optimizer(), spec.maxNorms(), spec.seed());
    step.step(input.step());
    step.updates(input.rowUpdates(), input.denseUpdates());
    dense.forEach((name, values) -> step.dense().put(name, widen(values)));
    forEachLookup(input, (rowId, slot) -> step.rows().put(rowId, row(slot)));
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

  private static float[] narrowed(double[] values) {
    var narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** The row in a slot: weights, then state. */
  private double[] row(int slot) {
    float[] words = slots.row(slot);
    var values = new float[spec.format().dim()];
    weights.get(FloatBuffer.wrap(words), 0, values);
    int state = spec.format().stateFloats();
    double[] row = Arrays.copyOf(widen(values), values.length + state);
    for (int s = 0; s < state; s++) {
      row[values.length + s] = words[spec.format().stateWord() + s];
    }
    return row;
  }

  private void store(StepInput input, long rowId, double[] row, int slot) {
    if (spec.optimizer().freezeRows()) {
      return;
    }
    float[] words = slots.row(slot);
    float[] values = narrowed(row);
    int dim = spec.format().dim();
    long key = RowWeights.key(RowWeights.stepKey(spec.seed(), input.step()), rowId);
    int saturated =
        weights.putStochastic(FloatBuffer.wrap(words), 0, Arrays.copyOf(values, dim), key);
    input.saturated().put(0, input.saturated().get(0) + saturated);
    System.arraycopy(values, dim, words, spec.format().stateWord(), values.length - dim);
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
