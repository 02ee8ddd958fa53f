package dev.farsight.api.model;

import java.util.List;

/**
 * The ops from which a model is recorded. Ops are coarse, so that a backend can fuse the work
 * inside an op. B is the number of samples of the batch; all values are float32, row-major. The
 * backend supplies the backward of each op.
 */
public sealed interface Op {

  /** The value that the op computes. */
  Tensor output();

  /** The values that the op reads, in order. */
  default List<Tensor> inputs() {
    return List.of();
  }

  /** The op's dense parameters, in order. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** The batch's dense features: [B][width]. No gradient. */
  record Dense(Tensor output) implements Op {}

  /**
   * The pooled rows of each feature, see {@link dev.farsight.api.data.Pooling}: [B][features][dim].
   * Its gradient updates the rows.
   */
  record EmbeddingBag(Tensor output) implements Op {}

  /**
   * {@code act(x W^T + b)}, with W of [out][in], like torch's nn.Linear.
   *
   * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
   */
  record Linear(String name, Tensor input, Activation activation, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      double bound = 1 / Math.sqrt(input.size());
      int out = output.size();
      return List.of(
          Parameter.uniform(name + ".weight", bound, out, input.size()),
          Parameter.uniform(name + ".bias", bound, out));
    }
  }

  /**
   * DLRM's dot interaction. The vectors are v_0 = x (one feature of width dim) and v_1..v_F, those
   * of the bag. The output is x, followed by the dot products v_i . v_j for all i &lt; j, in the
   * order (0,1), (0,2) ... (0,F), (1,2) ... : [B][dim + F (F+1) / 2].
   */
  record Pairwise(Tensor x, Tensor bag, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(x, bag);
    }
  }

  /** All values of the inputs one after the other: [B][sum of sizes]. */
  record Concat(List<Tensor> inputs, Tensor output) implements Op {

    public Concat {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * Part of each vector: elements [from, from + width) of every feature's, [B][features][width].
   *
   * @param from first element that is taken
   */
  record Slice(Tensor input, int from, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /**
   * The sum of the inputs, which have one shape, element by element, in the order of the inputs.
   */
  record Add(List<Tensor> inputs, Tensor output) implements Op {

    public Add {
      inputs = List.copyOf(inputs);
    }
  }

  /** The product of two values of one shape, element by element. */
  record Multiply(Tensor left, Tensor right, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(left, right);
    }
  }

  /** The sum of all values of a sample: [B][1]. */
  record Sum(Tensor input, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /**
   * A cross layer of DCN v2, n values wide:
   *
   * <pre>
   * rank r > 0:   x0 * (x V^T W^T + b) + x       V of [r][n], W of [n][r], b of [n]
   * rank 0:       x0 * (x W^T + b) + x           W of [n][n], b of [n]
   * </pre>
   *
   * <p>where * is element by element. Parameters are {@code name.v} (low rank only), {@code
   * name.weight} and {@code name.bias}.
   *
   * @param x0 the value that all layers cross with: the input of the first
   * @param x the output of the layer before; x0 for the first layer
   * @param rank r; 0: full rank
   */
  record Cross(String name, Tensor x0, Tensor x, int rank, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(x0, x);
    }

    @Override
    public List<Parameter> parameters() {
      int n = x.size();
      Parameter bias = Parameter.constant(name + ".bias", 0, n);
      return rank == 0
          ? List.of(Parameter.xavier(name + ".weight", n, n), bias)
          : List.of(
              Parameter.xavier(name + ".v", rank, n),
              Parameter.xavier(name + ".weight", n, rank),
              bias);
    }
  }

  /**
   * The second order of a factorization machine: of vectors v_1..v_F, half of the squared sum minus
   * the sum of the squares, which is the sum of v_i * v_j over all i &lt; j, element by element:
   * [B][1][width]. Its {@linkplain Sum sum} is DeepFM's FM term.
   */
  record FactorizationMachine(Tensor input, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /**
   * Layer normalisation over the n values of a sample, like torch's nn.LayerNorm: {@code (x - mean)
   * / sqrt(variance + eps) * weight + bias}, with the variance divided by n. Parameters are {@code
   * name.weight} and {@code name.bias}.
   */
  record LayerNorm(String name, Tensor input, float eps, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      int n = input.size();
      return List.of(
          Parameter.constant(name + ".weight", 1, n), Parameter.constant(name + ".bias", 0, n));
    }
  }

  /**
   * In training, sets each value to 0 with probability {@code rate}, and divides the others by 1 -
   * rate; in evaluation, changes nothing. What is dropped is a function of the run's seed, the
   * step, this op's position on the tape, the sample and the element alone, with the bits of {@link
   * dev.farsight.api.random.CounterRandom}: an element is dropped if {@code bits >>> 8} is below
   * {@link #threshold}.
   *
   * @param rate at least 0, below 1
   */
  record Dropout(Tensor input, float rate, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }

    /** Of 2^24 equally likely numbers, how many drop an element. */
    public int threshold() {
      return (int) Math.rint(rate * 0x1p24);
    }

    /** What values that are kept are multiplied with. */
    public float keptFactor() {
      return 1 / (1 - rate);
    }
  }

  /** The function that follows a linear layer. */
  enum Activation {
    NONE,
    RELU,
    SIGMOID,
    TANH
  }
}
