package dev.farsight.bench.peers;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.StepInputs;
import java.util.List;

/**
 * One linear layer over the pooled vectors of all features, on a backend. Row r is in slot r. Owns
 * the backend.
 */
final class OneLayer implements AutoCloseable {

  private final BatchSchema schema;
  private final RowFormat format;
  private final ComputeBackend backend;
  private final HostBuffers buffers;
  private final SlotMemory slots;
  private final CompiledStep step;
  private final StepInput input;
  private final int rows;
  private long steps;

  OneLayer(
      BatchSchema schema,
      int dim,
      int samples,
      OptimizerSpec optimizer,
      MaxNorms maxNorms,
      ComputeBackend backend) {
    this.schema = schema;
    this.backend = backend;
    buffers = backend.buffers();
    rows = (int) schema.tables().rows();
    format = optimizer.rows().rowFormat(dim);
    int maxUniqueRows = (int) schema.maxUniqueRows(samples);
    slots = backend.slots(format, rows, rows, rows);
    var tape = new Tape(schema, dim);
    tape.finish(tape.linear("only", tape.embeddingBag(), 1, Op.Activation.NONE));
    var spec = new StepSpec(schema, samples, maxUniqueRows, format, optimizer, maxNorms);
    step = backend.compile(tape, spec, slots);
    input = new StepInput(schema, samples, maxUniqueRows, buffers);
  }

  HostBuffers buffers() {
    return buffers;
  }

  /**
   * Sets all parameters; optimizer state begins anew.
   *
   * @param tables the rows of each, one after the other
   */
  void write(List<List<Float>> tables, List<Float> weight, float bias) {
    for (int p = 0; p < step.dense().parameters().size(); p++) {
      var parameter = step.dense().parameters().get(p);
      if (!parameter.optimizerState()) {
        boolean isBias = parameter.size() == 1;
        step.dense().write(p, isBias ? new float[] {bias} : BagCase.array(weight));
      }
    }
    var moves = new RowMoves(rows, buffers);
    moves.inFrom(0);
    var words = new float[format.words()];
    float[] state = format.stateStart();
    System.arraycopy(state, 0, words, format.stateWord(), state.length);
    int row = 0;
    for (List<Float> table : tables) {
      for (int from = 0; from < table.size(); from += format.dim()) {
        float[] weights = BagCase.array(table.subList(from, from + format.dim()));
        System.arraycopy(weights, 0, words, 0, weights.length);
        slots.in().put(row, words);
        moves.load(row++);
      }
    }
    slots.stage(0, rows);
    slots.move(moves).await();
  }

  float[] logits(Batch batch) {
    StepInputs.fill(input, batch, row -> (int) row);
    step.evaluate(input).await();
    var logits = new float[batch.samples()];
    input.logits().get(0, logits);
    return logits;
  }

  /** One step; returns its loss. */
  float train(Batch batch, float learningRate) {
    StepInputs.fill(input, batch, row -> (int) row);
    input.learningRates(learningRate, learningRate);
    input.step(steps);
    input.updates(steps, steps);
    steps++;
    step.train(input).await();
    return input.loss().get(0);
  }

  /** The weights of a table's rows, one after the other. */
  float[] table(int table) {
    var moves = new RowMoves(rows, buffers);
    moves.outFrom(0);
    for (int row = 0; row < rows; row++) {
      moves.evict(row);
    }
    slots.move(moves).await();
    var tables = schema.tables();
    var values = new float[tables.get(table).rows() * format.dim()];
    var words = new float[format.words()];
    for (int i = 0; i < tables.get(table).rows(); i++) {
      slots.out().get((int) tables.rowId(table, i), words);
      System.arraycopy(words, 0, values, i * format.dim(), format.dim());
    }
    return values;
  }

  /** The weights of the layer, or its bias. */
  float[] parameter(boolean bias) {
    for (int p = 0; p < step.dense().parameters().size(); p++) {
      int size = step.dense().parameters().get(p).size();
      if ((size == 1) == bias) {
        var values = new float[size];
        step.dense().read(p, values);
        return values;
      }
    }
    throw new IllegalStateException("no such parameter");
  }

  @Override
  public void close() {
    step.close();
    slots.close();
    buffers.close();
    backend.close();
  }
}
