package dev.farsight.engine.predict;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.build.Resources;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.RowSlots;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.UniqueRows;

/**
 * Scores batches on the calling thread: finds the unique rows, reads them to slots, and runs the
 * model forward. One thread at a time; a scorer may pass from thread to thread.
 *
 * <p><b>Memory.</b> Slots and an in-ring for the unique rows of a full batch, the dense parameters,
 * and the carriers of a batch. <b>Cost.</b> O(lookups); allocates nothing.
 */
final class Scorer implements AutoCloseable {

  private final Resources resources = new Resources();
  private final ModelShape shape;
  private final SlotMemory memory;
  private final CompiledStep step;
  private final Deduper deduper;
  private final UniqueRows unique;
  private final LookupOrder order;
  private final StepInput input;
  private final RowMoves moves;

  /** Unique row u of the batch is in slot u. */
  private final RowSlots rowSlots;

  Scorer(ModelShape shape, DenseValues dense) {
    this.shape = shape;
    try {
      ComputeBackend backend = resources.own(shape.openBackend());
      int maxRows = shape.step().maxUniqueRows();
      memory = resources.own(backend.slots(shape.step().format(), maxRows, maxRows, 1));
      step = resources.own(backend.compile(shape.tape(), shape.step(), memory));
      HostBuffers buffers = resources.own(backend.buffers());
      var caller = resources.own(new Workers("score", 1));
      int batchSize = shape.step().batchSize();
      deduper = new Deduper(shape.schema(), batchSize, caller);
      unique = deduper.newRows();
      order = new LookupOrder(shape.schema(), batchSize, step.ordersLookups(), caller);
      input = new StepInput(shape.schema(), batchSize, maxRows, buffers);
      moves = new RowMoves(maxRows, buffers);
      var slots = new int[maxRows];
      for (int slot = 0; slot < maxRows; slot++) {
        slots[slot] = slot;
        moves.load(slot);
      }
      rowSlots = (from, to, target) -> target.put(from, slots, from, to - from);
      load(dense);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  /** Goes on to other values of the dense parameters, all of them. */
  void load(DenseValues dense) {
    shape.write(dense, step.dense());
  }

  /** Most samples of a batch. */
  int batchSize() {
    return input.capacity();
  }

  /**
   * Scores the samples of a batch.
   *
   * @param logits receives the logit of sample s at position s
   */
  void score(Batch batch, RowReader rows, float[] logits) {
    deduper.find(batch, RowRequest.Use.EVALUATE, false, unique);
    int count = unique.request().count();
    RowBuffer in = memory.in();
    if (in.seeds() != null) {
      in.seeds().clear(0, count);
    }
    rows.read(unique.request().rows(), 0, count, in, 0).await();
    memory.stage(0, count);
    moves.counts(0, count, 0);
    order.write(batch, unique, rowSlots, input);
    memory.move(moves).await();
    step.evaluate(input).await();
    input.logits().get(0, logits, 0, batch.samples());
  }

  @Override
  public void close() {
    resources.close();
  }
}
