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
  private final boolean[] ofRows;
  private final boolean[] pooled;
  private final boolean gathering;
  private final boolean[] inElements;
  private final int[] reads;
  private final Op[] lastReader;

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
    ofRows = new boolean[ops.size()];
    pooled = new boolean[ops.size()];
    inElements = new boolean[ops.size()];
    reads = new int[ops.size()];
    lastReader = new Op[ops.size()];
    needed[valueOf(logits)] = true;
    pooled[valueOf(logits)] = true;
    for (int id = ops.size() - 1; id >= 0; id--) {
      if (needed[id]) {
        use(ops.get(id));
      }
    }
    for (Op op : ops) {
      ofRows[op.output().id()] =
          op instanceof Op.EmbeddingBag
              || op.inputs().stream().anyMatch(input -> ofRows[input.id()]);
      learns[op.output().id()] =
          !op.parameters().isEmpty()
              || (op instanceof Op.EmbeddingBag && rowsLearn)
              || op.inputs().stream().anyMatch(input -> learns[input.id()]);
    }
  }

  private void use(Op op) {
    for (Tensor input : op.inputs()) {
      int id = valueOf(input);
      needed[id] = true;
      inElements[id] |= takesElements(op);
      reads[id]++;
      lastReader[id] = op;
      pooled[id] |=
          !(op instanceof Op.Pairwise pair && pair.x().id() != input.id() && gathers(pair));
    }
  }

  /** Whether an op reads only elements: for matrix products, or by kernels that know no others. */
  private static boolean takesElements(Op op) {
    return op instanceof Op.Linear || op instanceof Op.Pairwise || op instanceof Op.Cross;
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

  /** Whether what an op makes depends on rows. */
  boolean dependsOnRows(Op op) {
    return ofRows[op.output().id()];
  }

  /** Whether an op reads rows, or what they are pooled to. */
  boolean readsRows(Op op) {
    return op.inputs().stream().anyMatch(input -> ops.get(input.id()) instanceof Op.EmbeddingBag);
  }

  /** Whether a bag's rows are needed as a value. */
  boolean pooled(Tensor bag) {
    return pooled[valueOf(bag)];
  }

  /**
   * Whether a value is floats whatever the precision: where it is one number a sample, such as the
   * logits and what is added up to them, unless an op at either end takes elements only.
   */
  boolean wide(Tensor tensor) {
    int id = valueOf(tensor);
    Op op = ops.get(id);
    boolean makesAny =
        !(op instanceof Op.Dense
            || op instanceof Op.EmbeddingBag
            || op instanceof Op.Pairwise
            || op instanceof Op.Cross);
    return tensor.size() == 1 && makesAny && !inElements[id];
  }

  /** Columns of a concatenation, from one on. */
  record Part(Op.Concat of, int from) {}

  /**
   * The part of a concatenation that a bag's rows are written straight to, and their gradient read
   * from, so that they are never copied: where nothing else reads them, and they are aligned there.
   * Null for all other values.
   */
  Part part(Tensor tensor) {
    int id = valueOf(tensor);
    Op op = ops.get(id);
    if (!(op instanceof Op.EmbeddingBag)
        || reads[id] != 1
        || !(lastReader[id] instanceof Op.Concat concat)) {
      return null;
    }
    int from = 0;
    for (Tensor input : concat.inputs()) {
      if (valueOf(input) == id) {
        break;
      }
      from += input.size();
    }
    boolean aligned = Value.ld(from) == from && Value.ld(tensor.size()) == tensor.size();
    return aligned ? new Part(concat, from) : null;
  }

  /** Whether an op makes a value that a bag is part of. */
  boolean hasPart(Op op) {
    return op instanceof Op.Concat concat
        && concat.inputs().stream().anyMatch(input -> part(input) != null);
  }

  /** Whether an interaction reads rows from their slots, and not a value. */
  boolean gathers(Op.Pairwise op) {
    return gathering && ops.get(op.bag().id()) instanceof Op.EmbeddingBag;
  }
}
