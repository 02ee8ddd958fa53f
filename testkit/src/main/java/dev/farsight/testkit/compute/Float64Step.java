package dev.farsight.testkit.compute;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a training step is by definition: any tape in double precision, one sample after the other,
 * knowing neither slots nor unique rows. The reference for backends; slow on purpose.
 *
 * <p>{@link #dense()} and {@link #rows()} are the parameters themselves: write to them to set
 * values. Not thread-safe.
 */
public final class Float64Step {

  private final Tape tape;
  private final OptimizerSpec optimizer;

  /** Null if no table has a largest norm. */
  private final MaxNorms maxNorms;

  private final long seed;
  private long step;
  private long rowUpdates;
  private long denseUpdates;
  private final Map<String, double[]> dense = new LinkedHashMap<>();
  private final Map<Long, double[]> rows = new TreeMap<>();

  /** A step without largest norms. */
  public Float64Step(Tape tape, OptimizerSpec optimizer) {
    this(tape, optimizer, null);
  }

  public Float64Step(Tape tape, OptimizerSpec optimizer, MaxNorms maxNorms) {
    this(tape, optimizer, maxNorms, 0);
  }

  /**
   * @param seed of what is dropped
   */
  public Float64Step(Tape tape, OptimizerSpec optimizer, MaxNorms maxNorms, long seed) {
    this.tape = tape;
    this.optimizer = optimizer;
    this.maxNorms = maxNorms;
    this.seed = seed;
    var weights = zeros(tape);
    dense.putAll(weights);
    for (StatePart part : optimizer.dense().denseState()) {
      weights.forEach(
          (name, values) -> {
            var state = new double[values.length];
            Arrays.fill(state, part.start());
            dense.put(name + "." + part.name(), state);
          });
    }
  }

  /** How many steps were trained before the next one; {@link #train} counts. */
  public void step(long step) {
    this.step = step;
    updates(step, step);
  }

  /** How many updates the optimizers made before the next step, if not one each step. */
  public void updates(long rows, long dense) {
    rowUpdates = rows;
    denseUpdates = dense;
  }

  /**
   * Dense parameters, at first 0, and, named {@code PARAMETER.PART}, the parts of their optimizer
   * state.
   */
  public Map<String, double[]> dense() {
    return dense;
  }

  /** Rows by row id, weights followed by optimizer state. Starts empty. */
  public Map<Long, double[]> rows() {
    return rows;
  }

  /** The rows that a batch looks up, none longer than its table allows. */
  private Map<Long, double[]> normed(Batch batch) {
    if (maxNorms == null || !maxNorms.any()) {
      return rows;
    }
    var normed = new TreeMap<Long, double[]>();
    for (Long id : Lookup.byRow(batch).keySet()) {
      double[] row = rows.get(id).clone();
      int dim = dim();
      double squares = 0;
      for (int d = 0; d < dim; d++) {
        squares += row[d] * row[d];
      }
      double most = maxNorms.ofTable(batch.schema().tables().tableOf(id));
      double norm = Math.sqrt(squares);
      for (int d = 0; d < dim && norm > most; d++) {
        row[d] *= most / (norm + MaxNorms.MARGIN);
      }
      normed.put(id, row);
    }
    return normed;
  }

  private int dim() {
    return tape.ops().stream()
        .filter(Op.EmbeddingBag.class::isInstance)
        .mapToInt(op -> op.output().width())
        .findFirst()
        .orElse(0);
  }

  public double[] logits(Batch batch) {
    return logits(batch, new Float64Tape(tape, dense, normed(batch), Float64Dropout.NONE));
  }

  private double[] logits(Batch batch, Float64Tape pass) {
    var logits = new double[batch.samples()];
    for (int s = 0; s < logits.length; s++) {
      logits[s] = pass.forward(batch, s)[tape.logits().id()][0];
    }
    return logits;
  }

  /** Mean binary cross-entropy of the logits, by the samples' weights where they have some. */
  public double loss(Batch batch) {
    return loss(batch, logits(batch));
  }

  /** The loss as the next step of training has it, which drops values. */
  public double trainingLoss(Batch batch) {
    return loss(batch, logits(batch, trainingPass(batch)));
  }

  private Float64Tape trainingPass(Batch batch) {
    return new Float64Tape(tape, dense, normed(batch), new Float64Dropout(seed, step));
  }

  private static double loss(Batch batch, double[] logits) {
    double sum = 0;
    for (int s = 0; s < logits.length; s++) {
      double z = logits[s];
      double loss = Math.max(z, 0) - z * batch.labels().get(s) + Math.log1p(Math.exp(-Math.abs(z)));
      sum += weight(batch, s) * loss;
    }
    return sum / weight(batch);
  }

  private static double weight(Batch batch, int sample) {
    return batch.weights() == null ? 1 : batch.weights().get(sample);
  }

  /** Weights of all samples together; without weights, how many there are. */
  private static double weight(Batch batch) {
    double sum = 0;
    for (int s = 0; s < batch.samples(); s++) {
      sum += weight(batch, s);
    }
    return sum;
  }

  /** The gradients of the {@linkplain #trainingLoss training loss}. */
  public Float64Gradients gradients(Batch batch) {
    var pass = trainingPass(batch);
    var sum = new Float64Gradients(trainingLoss(batch), zeros(tape), new TreeMap<>());
    double weights = weight(batch);
    for (int s = 0; s < batch.samples(); s++) {
      double[][] values = pass.forward(batch, s);
      double probability = 1 / (1 + Math.exp(-values[tape.logits().id()][0]));
      double gradient = weight(batch, s) * (probability - batch.labels().get(s)) / weights;
      pass.backward(batch, s, values, gradient, sum);
    }
    return sum;
  }

  /** One step with one learning rate for all parameters; returns the loss before it. */
  public double train(Batch batch, double learningRate) {
    return train(batch, learningRate, learningRate);
  }

  /** One step; returns the loss before it. */
  public double train(Batch batch, double rowLearningRate, double denseLearningRate) {
    Float64Gradients gradients = gradients(batch);
    gradients.dense().forEach((name, g) -> updateDense(name, g, denseLearningRate));
    if (!optimizer.freezeRows()) {
      rows.putAll(normed(batch));
      gradients
          .rows()
          .forEach(
              (id, g) ->
                  Float64Update.row(
                      optimizer.rows(), rows.get(id), g, rowLearningRate, rowUpdates));
    }
    step++;
    rowUpdates++;
    denseUpdates++;
    return gradients.loss();
  }

  private void updateDense(String name, double[] g, double learningRate) {
    double[][] state =
        optimizer.dense().denseState().stream()
            .map(part -> dense.get(name + "." + part.name()))
            .toArray(double[][]::new);
    Float64Update.dense(optimizer.dense(), dense.get(name), state, g, learningRate, denseUpdates);
  }

  private static Map<String, double[]> zeros(Tape tape) {
    var parameters = new LinkedHashMap<String, double[]>();
    for (Parameter parameter : tape.parameters()) {
      parameters.put(parameter.name(), new double[parameter.size()]);
    }
    return parameters;
  }
}
