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
    requireRecorded(name, input);
    if (input.size() < 1 || width < 1) {
      throw bad(
          "%s: a layer from %d to %d values; at least 1 each is needed", name, input.size(), width);
    }
    claim(name);
    return add(new Op.Linear(name, input, activation, next(1, width)));
  }

  /** The dot interaction of {@code x} and {@code bag}, which must be equally wide. */
  public Tensor pairwise(Tensor x, Tensor bag) {
    requireRecorded("pairwise", x, bag);
    if (x.features() != 1 || x.width() != bag.width()) {
      throw bad(
          "pairwise: one vector of width %d is needed, like the rows, not %d of width %d",
          bag.width(), x.features(), x.width());
    }
    int vectors = bag.features() + 1;
    return add(new Op.Pairwise(x, bag, next(1, x.width() + vectors * (vectors - 1) / 2)));
  }

  /** All values of the inputs, one after the other. */
  public Tensor concat(Tensor... inputs) {
    requireRecorded("concat", inputs);
    int size = 0;
    for (Tensor input : inputs) {
      size += input.size();
    }
    return add(new Op.Concat(List.of(inputs), next(1, size)));
  }

  /**
   * Part of each vector of {@code input}: elements [from, from + width). So a first-order weight
   * can travel in the same row as the vector that is crossed.
   */
  public Tensor slice(Tensor input, int from, int width) {
    requireRecorded("slice", input);
    if (from < 0 || width < 1 || (long) from + width > input.width()) {
      throw bad(
          "slice: elements %d to %d of vectors of width %d",
          from, from + width - 1L, input.width());
    }
    return add(new Op.Slice(input, from, next(input.features(), width)));
  }

  /** The sum of values of one shape, element by element. */
  public Tensor add(Tensor... inputs) {
    requireRecorded("add", inputs);
    if (inputs.length == 0) {
      throw bad("add: nothing to add; at least one value is needed");
    }
    for (Tensor input : inputs) {
      requireSameShape("add", inputs[0], input);
    }
    return add(new Op.Add(List.of(inputs), next(inputs[0].features(), inputs[0].width())));
  }

  /** The product of two values of one shape, element by element. */
  public Tensor multiply(Tensor left, Tensor right) {
    requireRecorded("multiply", left, right);
    requireSameShape("multiply", left, right);
    return add(new Op.Multiply(left, right, next(left.features(), left.width())));
  }

  /** The sum of all values of a sample, as one value. */
  public Tensor sum(Tensor input) {
    requireRecorded("sum", input);
    return add(new Op.Sum(input, next(1, 1)));
  }

  /**
   * A cross layer of DCN v2; its name must be unique.
   *
   * @param x0 the value that all cross layers start from
   * @param x the output of the layer before; x0 for the first
   * @param rank of the low-rank form; 0: full rank
   */
  public Tensor cross(String name, Tensor x0, Tensor x, int rank) {
    requireRecorded(name, x0, x);
    if (x0.size() != x.size() || x.size() < 1) {
      throw bad(
          "%s: a cross layer of %d and %d values; it needs equally many",
          name, x0.size(), x.size());
    }
    if (rank < 0) {
      throw bad("%s: a cross layer of rank %d; 0 (full) or more is needed", name, rank);
    }
    claim(name);
    return add(new Op.Cross(name, x0, x, rank, next(1, x.size())));
  }

  /** The second order of a factorization machine over the vectors of {@code input}. */
  public Tensor factorizationMachine(Tensor input) {
    requireRecorded("factorizationMachine", input);
    return add(new Op.FactorizationMachine(input, next(1, input.width())));
  }

  /** Layer normalisation over all values of a sample; its name must be unique. */
  public Tensor layerNorm(String name, Tensor input, double eps) {
    requireRecorded(name, input);
    float rounded = (float) eps;
    if (!(rounded > 0)) {
      throw bad("%s: a layer norm with eps %s; more than 0 is needed", name, rounded);
    }
    claim(name);
    return add(new Op.LayerNorm(name, input, rounded, next(input.features(), input.width())));
  }

  /** Drops values in training, each with probability {@code rate}. */
  public Tensor dropout(Tensor input, double rate) {
    requireRecorded("dropout", input);
    float rounded = (float) rate;
    if (!(rounded >= 0 && rounded < 1)) {
      throw bad("dropout: a rate of %s; at least 0 and less than 1 is needed", rounded);
    }
    return add(new Op.Dropout(input, rounded, next(input.features(), input.width())));
  }

  /** Ends the tape with the model's output, one number per sample. */
  public Tape finish(Tensor logits) {
    if (logits == null) {
      throw bad("the model returned no logits");
    }
    requireRecorded("logits", logits);
    if (logits.size() != 1) {
      throw bad("logits of %d values per sample; a model ends in one value", logits.size());
    }
    this.logits = logits;
    return this;
  }

  /** The dense parameters of all ops, in order. */
  public List<Parameter> parameters() {
    return ops.stream().flatMap(op -> op.parameters().stream()).toList();
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

  private void claim(String name) {
    if (!names.add(name)) {
      throw bad("two layers are named %s", name);
    }
  }

  /** Checks that an op's inputs are on this tape. */
  private void requireRecorded(String op, Tensor... inputs) {
    for (Tensor input : inputs) {
      if (input == null) {
        throw bad("%s: an input is null", op);
      }
      if (input.id() >= ops.size() || !ops.get(input.id()).output().equals(input)) {
        throw bad("%s: an input was not recorded on this tape", op);
      }
    }
  }

  private static void requireSameShape(String op, Tensor first, Tensor other) {
    if (first.features() != other.features() || first.width() != other.width()) {
      throw bad(
          "%s: values of %d x %d and %d x %d; they need one shape",
          op, first.features(), first.width(), other.features(), other.width());
    }
  }

  private static IllegalArgumentException bad(String format, Object... arguments) {
    return new IllegalArgumentException(String.format(Locale.ROOT, format, arguments));
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
