package dev.farsight.api.model;

import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Records a model once, as a list of ops in the order in which they run, so that a backend can
 * compile the whole step. A value may be used by several ops; its gradient is then the sum over
 * them, in an order that the tape alone fixes. The loss is not on the tape: every model ends in
 * logits, and backends add mean binary cross-entropy.
 */
public final class Tape {

  private final List<Op> ops = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final BatchSchema schema;
  private final int dim;
  private Tensor logits;

  /**
   * @param dim width of embedding rows
   */
  public Tape(BatchSchema schema, int dim) {
    this.schema = schema;
    this.dim = dim;
  }

  /** The dense features; width as in the schema. */
  public Tensor dense() {
    return add(new Op.Dense(next(1, schema.denseWidth())));
  }

  /** The sum-pooled rows of all tables. */
  public Tensor embeddingBag() {
    return add(new Op.EmbeddingBag(next(schema.tables().size(), dim)));
  }

  public Tensor linear(String name, Tensor input, int width, Op.Activation activation) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two layers are named " + name);
    }
    if (input.size() < 1 || width < 1) {
      throw new IllegalArgumentException(name + ": a layer from " + input.size() + " to " + width);
    }
    return add(new Op.Linear(name, input, activation, next(1, width)));
  }

  public Tensor pairwise(Tensor x, Tensor bag) {
    if (x.features() != 1 || x.width() != bag.width()) {
      throw new IllegalArgumentException(
          "the interaction needs one vector as wide as the rows, "
              + bag.width()
              + ", not "
              + x.size());
    }
    int vectors = bag.features() + 1;
    return add(new Op.Pairwise(x, bag, next(1, x.width() + vectors * (vectors - 1) / 2)));
  }

  public Tensor concat(Tensor... inputs) {
    int size = 0;
    for (Tensor input : inputs) {
      size += input.size();
    }
    return add(new Op.Concat(List.of(inputs), next(1, size)));
  }

  /** Ends the tape: the model's output, one number a sample. */
  public Tape finish(Tensor logits) {
    if (logits.size() != 1) {
      throw new IllegalArgumentException("logits of " + logits.size() + " values a sample, not 1");
    }
    this.logits = logits;
    return this;
  }

  public List<Op> ops() {
    return Collections.unmodifiableList(ops);
  }

  public Tensor logits() {
    if (logits == null) {
      throw new IllegalStateException("the tape was not finished");
    }
    return logits;
  }

  private Tensor next(int features, int width) {
    return new Tensor(ops.size(), features, width);
  }

  private Tensor add(Op op) {
    if (logits != null) {
      throw new IllegalStateException("the tape is finished");
    }
    ops.add(op);
    return op.output();
  }
}
