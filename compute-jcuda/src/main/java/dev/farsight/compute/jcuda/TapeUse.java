package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.List;

/**
 * What of a tape a step has to compute: ops that the logits depend on; of those that read the batch
 * only the first of a kind, since all make the same value; gradients only of what something learns
 * from; the rows of one-hot features as a value only for ops other than the interaction, which
 * gathers them itself.
 */
final class TapeUse {

  private final List<Op> ops;
  private final Tensor logits;
  private final boolean[] needed;
  private final boolean[] learns;
  private final boolean[] pooled;
  private final boolean gathering;
  private final int[] uses;

  /**
   * @param gathering whether interactions may read rows from their slots
   * @param rowsLearn whether rows are updated
   */
  TapeUse(Tape tape, boolean gathering, boolean rowsLearn) {
    this.gathering = gathering;
    ops = tape.ops();
    logits = tape.logits();
    needed = new boolean[ops.size()];
    learns = new boolean[ops.size()];
    pooled = new boolean[ops.size()];
    uses = new int[ops.size()];
    needed[valueOf(logits)] = true;
    pooled[valueOf(logits)] = true;
    for (int id = ops.size() - 1; id >= 0; id--) {
      if (needed[id]) {
        use(ops.get(id));
      }
    }
    for (Op op : ops) {
      learns[op.output().id()] =
          op instanceof Op.Linear
              || (op instanceof Op.EmbeddingBag && rowsLearn)
              || inputs(op).stream().anyMatch(input -> learns[input.id()]);
    }
  }

  private void use(Op op) {
    for (Tensor input : inputs(op)) {
      int id = valueOf(input);
      needed[id] = true;
      uses[id]++;
      pooled[id] |=
          !(op instanceof Op.Pairwise pair && pair.x().id() != input.id() && gathers(pair));
    }
  }

  private static List<Tensor> inputs(Op op) {
    if (op instanceof Op.Linear linear) {
      return List.of(linear.input());
    }
    if (op instanceof Op.Pairwise pairwise) {
      return List.of(pairwise.x(), pairwise.bag());
    }
    return op instanceof Op.Concat concat ? concat.inputs() : List.of();
  }

  /** Number of the op that makes a value: the tensor's own, unless an earlier op reads the same. */
  int valueOf(Tensor tensor) {
    Op op = ops.get(tensor.id());
    if (op instanceof Op.Dense || op instanceof Op.EmbeddingBag) {
      for (Op earlier : ops) {
        if (earlier.getClass() == op.getClass()) {
          return earlier.output().id();
        }
      }
    }
    return tensor.id();
  }

  /** The ops to run, in order. */
  List<Op> needed() {
    return ops.stream().filter(op -> needed[op.output().id()]).toList();
  }

  Op op(int id) {
    return ops.get(id);
  }

  int count() {
    return ops.size();
  }

  Tensor logits() {
    return logits;
  }

  /** Whether something learns from a value's gradient. */
  boolean learns(Tensor tensor) {
    return learns[valueOf(tensor)];
  }

  /** Whether a bag's rows are needed as a value. */
  boolean pooled(Tensor bag) {
    return pooled[valueOf(bag)];
  }

  /** Whether a tensor is the logits, and nothing else. */
  boolean onlyLogits(Tensor tensor) {
    return tensor.id() == logits.id() && uses[tensor.id()] == 0;
  }

  /** Whether an interaction reads rows from their slots, and not a value. */
  boolean gathers(Op.Pairwise op) {
    return gathering && ops.get(op.bag().id()) instanceof Op.EmbeddingBag;
  }
}
