package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;

/**
 * An op of the tape, made ready to run for one tile of samples. Tiles run beside each other, so a
 * kernel touches only its tile's part of its values and what belongs to the worker. Allocates
 * nothing.
 */
interface Kernel {

  /** Makes the op's output. */
  void forward(Tile tile, Scratch scratch);

  /** Adds the output's gradient, which is complete, to those of the inputs. */
  void backward(Tile tile, Scratch scratch);

  /** The kernel of an op; adds the updates of its parameters to the parts. */
  static Kernel of(Op op, OpValues values, StepParts parts) {
    if (op instanceof Op.Dense) {
      return new DenseKernel(values);
    }
    if (op instanceof Op.EmbeddingBag) {
      return new BagKernel(values, parts);
    }
    if (op instanceof Op.Linear linear) {
      return new LinearKernel(linear, values, parts);
    }
    if (op instanceof Op.Pairwise) {
      return new PairwiseKernel(values, parts);
    }
    if (op instanceof Op.Concat) {
      return new ConcatKernel(values);
    }
    if (op instanceof Op.Slice slice) {
      return new SliceKernel(slice, values, parts);
    }
    if (op instanceof Op.Add) {
      return new AddKernel(values);
    }
    if (op instanceof Op.Multiply) {
      return new MultiplyKernel(values);
    }
    if (op instanceof Op.Sum) {
      return new SumKernel(values, parts);
    }
    if (op instanceof Op.Cross cross) {
      return new CrossKernel(cross, values, parts);
    }
    if (op instanceof Op.FactorizationMachine) {
      return new FactorizationMachineKernel(values, parts);
    }
    if (op instanceof Op.LayerNorm norm) {
      return new LayerNormKernel(norm, values, parts);
    }
    if (op instanceof Op.Dropout dropout) {
      return new DropoutKernel(dropout, values, parts);
    }
    throw new IllegalArgumentException("unknown op " + op);
  }
}
