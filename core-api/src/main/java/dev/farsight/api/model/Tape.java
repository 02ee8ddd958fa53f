package dev.farsight.api.model;

import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Records a model once, as a list of ops in the order in which they run, so that a backend can
 * compile the whole step. Several ops may use a value; its gradient is then the sum over those ops,
 * in an order that the tape alone determines. The loss is not on the tape: every model ends in
 * logits, and backends add mean binary cross-entropy.
 */
public final class Tape {

  private final List<Op> ops = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final BatchSchema schema;
  private final int dim;
  private Tensor logits;

  /**
   * @param dim weights of an embedding row
   */
  public Tape(BatchSchema schema, int dim) {
    this.schema = schema;
    this.dim = dim;
  }

  /** The dense features; the schema gives the width. */
  public Tensor dense() {
    return add(new Op.Dense(next(1, schema.denseWidth())));
  }

  /** The pooled rows of all categorical features. */
  public Tensor embeddingBag() {
    return add(new Op.EmbeddingBag(next(schema.features().size(), dim)));
  }

  /**
   * A linear layer from all values of {@code input} to {@code width} values; its name must be
   * unique.
   */
  public Tensor linear(String name, Tensor input, int width, Op.Activation activation) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two layers are named " + name);
    }
    if (input.size() < 1 || width < 1) {
      throw new IllegalArgumentException(
          name
              + ": a layer from "
              + input.size()
              + " to "
              + width
              + " values; at least 1 each is needed");
    }
    return add(new Op.Linear(name, input, activation, next(1, width)));
  }

  /** The dot interaction of {@code x} and {@code bag}, which must be equally wide. */
  public Tensor pairwise(Tensor x, Tensor bag) {
    if (x.features() != 1 || x.width() != bag.width()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the interaction needs one vector of width %d, like the rows, not %d of width %d",
              bag.width(),
              x.features(),
              x.width()));
    }
    int vectors = bag.features() + 1;
    return add(new Op.Pairwise(x, bag, next(1, x.width() + vectors * (vectors - 1) / 2)));
  }

  /** All values of the inputs, one after the other. */
  public Tensor concat(Tensor... inputs) {
    int size = 0;
    for (Tensor input : inputs) {
      size += input.size();
    }
    return add(new Op.Concat(List.of(inputs), next(1, size)));
  }

  /** Ends the tape with the model's output, one number per sample. */
  public Tape finish(Tensor logits) {
    if (logits.size() != 1) {
      throw new IllegalArgumentException(
          "logits of " + logits.size() + " values per sample, not 1");
    }
    this.logits = logits;
    return this;
  }

  public List<Op> ops() {
    return Collections.unmodifiableList(ops);
  }

  public Tensor logits() {
    if (logits == null) {
      throw new IllegalStateException("the tape is not finished");
    }
    return logits;
  }

  private Tensor next(int features, int width) {
    return new Tensor(ops.size(), features, width);
  }

  private Tensor add(Op op) {
    if (logits != null) {
      throw new IllegalStateException("the tape is already finished");
    }
    ops.add(op);
    return op.output();
  }
}
