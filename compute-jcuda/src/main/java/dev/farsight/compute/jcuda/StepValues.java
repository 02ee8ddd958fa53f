package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tensor;

/**
 * Device memory of a step's values and their gradients. Values live for the whole step, gradients
 * from the first op that delivers to them to the op whose output they are of.
 */
final class StepValues {

  private final TapeUse tape;
  private final int batchSize;
  private final Precision precision;
  private final DeviceMemory memory;
  private final GradientPool pool;
  private final Value[] values;
  private final Value[] gradients;
  private final boolean[] delivered;

  /** Where an op delivers a gradient; {@code add}: others did before. Null: it is not wanted. */
  record Sink(Value gradient, boolean add) {

    boolean wanted() {
      return gradient != null;
    }

    long address() {
      return gradient == null ? 0 : gradient.address();
    }

    long ld() {
      return gradient == null ? 0 : gradient.ld();
    }

    long wideFlag() {
      return gradient == null ? 0 : gradient.wideFlag();
    }

    long addFlag() {
      return add ? 1 : 0;
    }

    /** Address of what a product is added to; 0 if to nothing. */
    long addedAddress() {
      return add ? address() : 0;
    }
  }

  StepValues(TapeUse tape, int batchSize, Precision precision, DeviceMemory memory) {
    this.tape = tape;
    this.batchSize = batchSize;
    this.precision = precision;
    this.memory = memory;
    this.pool = new GradientPool(memory);
    this.values = new Value[tape.count()];
    this.gradients = new Value[tape.count()];
    this.delivered = new boolean[tape.count()];
  }

  /** The value that an op fills; made when first asked for. */
  Value make(Tensor tensor) {
    int id = tape.valueOf(tensor);
    if (values[id] == null) {
      TapeUse.Part part = tape.part(tensor);
      Value value = shape(tensor);
      values[id] =
          part == null
              ? value.at(memory.allocate("values", bytes(value)))
              : make(part.of().output()).part(part.from(), tensor.size());
    }
    return values[id];
  }

  Value get(Tensor tensor) {
    return values[tape.valueOf(tensor)];
  }

  /** Makes a value that is none of a tensor's, for as long as the step lives. */
  Value keep(int size) {
    Value value = elements(size);
    return value.at(memory.allocate("values", bytes(value)));
  }

  /** Makes room for so many floats of each sample, for as long as the step lives. */
  long keepFloats(int count) {
    return memory.allocate("values", (long) batchSize * count * Float.BYTES);
  }

  /** Makes a value that an op's backward uses until it {@linkplain #release(Value) releases} it. */
  Value scratch(int size) {
    Value value = elements(size);
    return value.at(pool.take(bytes(value)));
  }

  void release(Value scratch) {
    pool.giveBack(scratch.address());
  }

  /** Whether two tensors are one value. */
  boolean same(Tensor one, Tensor other) {
    return tape.valueOf(one) == tape.valueOf(other);
  }

  /** How many times four elements a value has, of all samples. */
  long fours(Value value) {
    return (long) batchSize * value.ld() / 4;
  }

  /** Where the gradient of a value goes; made when first asked for. */
  Value gradient(Tensor tensor) {
    int id = tape.valueOf(tensor);
    if (gradients[id] == null) {
      TapeUse.Part part = tape.part(tensor);
      gradients[id] =
          part == null
              ? makeGradient(tensor)
              : gradient(part.of().output()).part(part.from(), tensor.size());
    }
    return gradients[id];
  }

  private Value makeGradient(Tensor tensor) {
    Value shape = shape(tensor);
    boolean rows = tape.op(tape.valueOf(tensor)) instanceof Op.EmbeddingBag;
    return shape.at(
        rows ? memory.allocate("gradients of rows", bytes(shape)) : pool.take(bytes(shape)));
  }

  /** Whether a value is part of the one it is concatenated to. */
  boolean inPlace(Tensor tensor) {
    return tape.part(tensor) != null;
  }

  /** The gradient that the ops after it delivered; null where none did. */
  Value delivered(Op op) {
    return gradients[op.output().id()];
  }

  /** Where to deliver the gradient of a value. */
  Sink sink(Tensor tensor) {
    if (!tape.learns(tensor)) {
      return new Sink(null, false);
    }
    int id = tape.valueOf(tensor);
    boolean add = delivered[id];
    delivered[id] = true;
    return new Sink(gradient(tensor), add);
  }

  /** The gradient of an op's output was used for the last time. Those of rows are kept. */
  void release(Op op) {
    if (!(op instanceof Op.EmbeddingBag || tape.hasPart(op))) {
      pool.giveBack(gradients[op.output().id()].address());
    }
  }

  private Value shape(Tensor tensor) {
    boolean wide = precision != Precision.BF16 || tape.wide(tensor);
    return new Value(0, tensor.size(), Value.ld(tensor.size()), wide);
  }

  private Value elements(int size) {
    return new Value(0, size, Value.ld(size), precision != Precision.BF16);
  }

  private long bytes(Value value) {
    return (long) batchSize * value.ld() * (value.wide() ? Float.BYTES : precision.bytes);
  }
}
