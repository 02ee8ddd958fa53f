package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.model.Op;

/** An op of the tape in ND4J's operations. */
interface GenericOp {

  /** Sets the value of the op's output. */
  void forward(Pass pass);

  /** Adds the gradients of the op's inputs and parameters; its output has one. */
  void backward(Pass pass);

  /** Makes an op of the tape runnable. */
  static GenericOp of(Op op, Parameters parameters, StepSpec spec) {
    if (op instanceof Op.Dense dense) {
      return new GenericDense(dense);
    } else if (op instanceof Op.EmbeddingBag bag) {
      boolean freezeRows = spec.optimizer().freezeRows();
      return spec.schema().oneHot()
          ? new GenericOneHotBag(bag, freezeRows)
          : new GenericEmbeddingBag(bag, spec.schema(), freezeRows);
    } else if (op instanceof Op.Linear linear) {
      return new GenericLinear(linear, parameters);
    } else if (op instanceof Op.Pairwise pairwise) {
      return new GenericPairwise(pairwise);
    } else if (op instanceof Op.Concat concat) {
      return new GenericConcat(concat);
    } else if (op instanceof Op.Slice slice) {
      return new GenericSlice(slice);
    } else if (op instanceof Op.Add add) {
      return new GenericAdd(add);
    } else if (op instanceof Op.Multiply multiply) {
      return new GenericMultiply(multiply);
    } else if (op instanceof Op.Sum sum) {
      return new GenericSum(sum);
    } else if (op instanceof Op.Cross cross) {
      return new GenericCross(cross, parameters);
    } else if (op instanceof Op.FactorizationMachine machine) {
      return new GenericMachine(machine);
    } else if (op instanceof Op.LayerNorm norm) {
      return new GenericLayerNorm(norm, parameters);
    } else if (op instanceof Op.Dropout dropout) {
      return new GenericDropout(dropout, spec.seed());
    }
    throw new IllegalArgumentException("unknown op " + op);
  }
}
