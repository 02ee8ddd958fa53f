package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tape run op by op. Each step is done when its call returns. For what it allocates see {@link
 * GenericBackend}.
 */
final class GenericStep implements CompiledStep {

  private final StepSpec spec;
  private final UniqueRows rows;
  private final Tensor logits;
  private final Parameters parameters;
  private final List<GenericOp> ops = new ArrayList<>();
  private final List<Tensor> outputs = new ArrayList<>();
  private final Scratch scratch = new Scratch();

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  GenericStep(Tape tape, StepSpec spec, GenericSlots slots) {
    this.spec = spec;
    this.rows = new UniqueRows(spec, slots);
    this.logits = tape.logits();
    this.parameters = new Parameters(spec.optimizer());
    for (Op op : tape.ops()) {
      ops.add(GenericOp.of(op, parameters, spec));
      outputs.add(op.output());
    }
  }

  @Override
  public Ticket train(StepInput input) {
    input.saturated().put(0, 0);
    scratch.run(
        () -> {
          Pass pass = forward(input, true);
          INDArray labels = labels(input);
          float[] weights = weights(input);
          float loss = CrossEntropy.loss(pass.value(logits), labels, weights);
          input.loss().put(0, loss);
          halted |= !Float.isFinite(loss);
          if (!halted) {
            pass.addGradient(logits, CrossEntropy.gradient(pass.value(logits), labels, weights));
            backward(pass);
            parameters.update(input.denseLearningRate(), input.denseUpdates());
            updateRows(pass);
          }
        });
    return Ticket.DONE;
  }

  @Override
  public Ticket evaluate(StepInput input) {
    scratch.run(
        () -> {
          INDArray z = forward(input, false).value(logits);
          input.logits().put(0, RowMajor.toHost(z));
          if (spec.schema().labelled()) {
            input.loss().put(0, CrossEntropy.loss(z, labels(input), weights(input)));
          }
        });
    return Ticket.DONE;
  }

  @Override
  public void resume() {
    halted = false;
  }

  private Pass forward(StepInput input, boolean training) {
    var pass = new Pass(input, training, rows.read(input), ops.size());
    ops.forEach(op -> op.forward(pass));
    return pass;
  }

  private void backward(Pass pass) {
    for (int o = ops.size() - 1; o >= 0; o--) {
      if (pass.gradient(outputs.get(o)) != null) {
        ops.get(o).backward(pass);
      }
    }
  }

  private void updateRows(Pass pass) {
    if (pass.rowGradients() != null) {
      rows.update(pass.input(), pass.uniqueRows(), pass.rowGradients());
    }
  }

  private static INDArray labels(StepInput input) {
    var labels = new float[input.batch().samples()];
    input.batch().labels().get(0, labels);
    return Nd4j.create(labels, new long[] {labels.length, 1});
  }

  /** Weights of the samples; null where they have none. */
  private static float[] weights(StepInput input) {
    if (input.batch().weights() == null) {
      return null;
    }
    var weights = new float[input.batch().samples()];
    input.batch().weights().get(0, weights);
    return weights;
  }

  @Override
  public DenseState dense() {
    return parameters;
  }

  @Override
  public long deviceBytes() {
    return parameters.bytes() + scratch.bytes();
  }

  @Override
  public void close() {
    Closing.all(scratch, parameters);
  }
}
