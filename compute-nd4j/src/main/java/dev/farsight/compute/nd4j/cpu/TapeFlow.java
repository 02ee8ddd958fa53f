package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.List;

/**
 * Which ops of a tape a step runs: those that the logits depend on; and which of their values have
 * gradients: those before which something learns. Ops that read the same from the batch share a
 * value.
 */
final class TapeFlow {

  private final List<Op> ops;
  private final boolean[] needed;
  private final boolean[] learns;

  /**
   * @param freezeRows whether rows do not learn
   */
  TapeFlow(Tape tape, boolean freezeRows) {
    this.ops = tape.ops();
    this.needed = new boolean[ops.size()];
    this.learns = new boolean[ops.size()];
    needed[tape.logits().id()] = true;
    for (int id = ops.size() - 1; id >= 0; id--) {
      for (Tensor input : ops.get(id).inputs()) {
        needed[input.id()] |= needed[id];
      }
    }
    for (Op op : ops) {
      boolean rows = op instanceof Op.EmbeddingBag && !freezeRows;
      boolean own = rows || !op.parameters().isEmpty();
      learns[op.output().id()] = own || op.inputs().stream().anyMatch(input -> learns[input.id()]);
    }
  }

  /** Whether the step runs an op: the first of those that share a value. */
  boolean runs(Op op) {
    return needed[op.output().id()] && shared(op.output()) == op.output().id();
  }

  /** Whether an op's value has a gradient. */
  boolean learns(Op op) {
    return learns[op.output().id()];
  }

  /** Number of the op whose value this is: the first that reads the same from the batch. */
  int shared(Tensor tensor) {
    Op op = ops.get(tensor.id());
    if (op instanceof Op.Dense || op instanceof Op.EmbeddingBag) {
      for (Op earlier : ops) {
        if (earlier.getClass() == op.getClass() && needed[earlier.output().id()]) {
          return earlier.output().id();
        }
      }
    }
    return tensor.id();
  }
}
