package dev.farsight.bench.peers;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;

/**
 * A case on a backend: one linear layer over the pooled vectors of all features. Row r is in slot
 * r. Owns the backend.
 */
final class BagStep implements AutoCloseable {

  private final BagCase bags;
  private final ComputeBackend backend;
  private final HostBuffers buffers;
  private final SlotMemory slots;
  private final CompiledStep step;
  private final StepInput input;
  private final int rows;

  BagStep(BagCase bags, ComputeBackend backend) {
    this.bags = bags;
    this.backend = backend;
    BatchSchema schema = bags.schema();
    buffers = backend.buffers();
    rows = (int) schema.tables().rows();
    var optimizer = TestOptimizer.SGD.spec();
    var format = optimizer.rows().rowFormat(bags.dim());
    int maxUniqueRows = (int) schema.maxUniqueRows(bags.samples());
    slots = backend.slots(format, rows, rows, rows);
    var tape = new Tape(schema, bags.dim());
    tape.finish(tape.linear("only", tape.embeddingBag(), 1, Op.Activation.NONE));
    var spec =
        new StepSpec(schema, bags.samples(), maxUniqueRows, format, optimizer, maxNorms(bags));
    step = backend.compile(tape, spec, slots);
    input = new StepInput(schema, bags.samples(), maxUniqueRows, buffers);
    StepInputs.fill(input, bags.batch(buffers), row -> (int) row);
    input.learningRates(BagCase.LEARNING_RATE, BagCase.LEARNING_RATE);
    writeParameters();
    writeRows();
  }

  private static MaxNorms maxNorms(BagCase bags) {
    var norms = new float[bags.maxNorms().size()];
    for (int t = 0; t < norms.length; t++) {
      Float norm = bags.maxNorms().get(t);
      norms[t] = norm == null ? Float.POSITIVE_INFINITY : norm;
    }
    return MaxNorms.of(norms);
  }

  private void writeParameters() {
    for (int p = 0; p < step.dense().parameters().size(); p++) {
      boolean isBias = step.dense().parameters().get(p).size() == 1;
      step.dense().write(p, isBias ? new float[] {bags.bias()} : BagCase.array(bags.weight()));
    }
  }

  private void writeRows() {
    var moves = new RowMoves(rows, buffers);
    moves.inFrom(0);
    int row = 0;
    for (List<Float> table : bags.tables()) {
      for (int from = 0; from < table.size(); from += bags.dim()) {
        slots.in().put(row, BagCase.array(table.subList(from, from + bags.dim())));
        moves.load(row++);
      }
    }
    slots.stage(0, rows);
    slots.move(moves).await();
  }

  float[] logits() {
    step.evaluate(input).await();
    var logits = new float[bags.samples()];
    input.logits().get(0, logits);
    return logits;
  }

  /** One step; returns its loss. */
  float train() {
    step.train(input).await();
    return input.loss().get(0);
  }

  /** The rows of a table, one after the other. */
  float[] table(int table) {
    var moves = new RowMoves(rows, buffers);
    moves.outFrom(0);
    for (int row = 0; row < rows; row++) {
      moves.evict(row);
    }
    slots.move(moves).await();
    var tables = bags.schema().tables();
    var values = new float[tables.get(table).rows() * bags.dim()];
    var row = new float[bags.dim()];
    for (int i = 0; i < tables.get(table).rows(); i++) {
      slots.out().get((int) tables.rowId(table, i), row);
      System.arraycopy(row, 0, values, i * bags.dim(), bags.dim());
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
