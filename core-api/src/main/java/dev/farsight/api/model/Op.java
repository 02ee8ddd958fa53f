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
  record Linear(String name, Tensor input, Activation activation, Tensor output) implements Op {}

  /**
   * DLRM's dot interaction. The vectors are v_0 = x (one feature of width dim) and v_1..v_F, those
   * of the bag. The output is x, followed by the dot products v_i . v_j for all i &lt; j, in the
   * order (0,1), (0,2) ... (0,F), (1,2) ... : [B][dim + F (F+1) / 2].
   */
  record Pairwise(Tensor x, Tensor bag, Tensor output) implements Op {}

  /** All values of the inputs one after the other: [B][sum of sizes]. */
  record Concat(List<Tensor> inputs, Tensor output) implements Op {

    public Concat {
      inputs = List.copyOf(inputs);
    }
  }

  /** The function that follows a linear layer. */
  enum Activation {
    NONE,
    RELU
  }
}
