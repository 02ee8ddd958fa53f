package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.testkit.compute.StepInputs;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * The first of two ranks, of which the second has neither rows nor samples, and is not there. Has
 * the operations that a step calls, which allocate nothing.
 */
final class FirstOfTwo implements Collective {

  /**
   * Fills an input for a batch. Every third row counts as replicated, unless ranks have columns;
   * slots are row ids.
   */
  static void fill(StepInput input, Batch batch) {
    var exchange = input.exchange();
    StepInputs.fill(input, batch, rowId -> 0);
    int unique = input.uniqueRows();
    boolean columns = exchange.shape().columns();
    int asked = 0;
    for (int replicated = 0, u = 0; u < unique; u++) {
      boolean own = columns || input.rowIds()[u] % 3 != 0;
      int arrival = own ? asked++ : unique - 1 - replicated++;
      input.uniqueSlots().put(u, arrival);
      exchange.sendRows().put(arrival, u);
      exchange.ownedSlots().put(u, (int) input.rowIds()[u]);
      exchange.gradientStarts().put(u, u);
      exchange.gradients().put(u, arrival);
    }
    exchange.gradientStarts().put(unique, unique);
    for (int p = 1; p <= 2; p++) {
      exchange.askedStarts()[p] = columns ? p * asked : asked;
      exchange.sendStarts()[p] = asked;
      exchange.gatherStarts()[p] = unique - asked;
    }
    exchange.owned(unique, input.rowIds());
    exchange.samples(0, batch.samples());
  }

  /** As {@link #fill}, without replicated rows; sums are exchanged of the bags of all rows. */
  static void fillSums(StepInput input, Batch batch) {
    var exchange = input.exchange();
    var bags = exchange.bags();
    StepInputs.fill(input, batch, rowId -> 0);
    int unique = input.uniqueRows();
    for (int u = 0; u < unique; u++) {
      input.uniqueSlots().put(u, u);
      bags.rows().put(u, u);
      exchange.ownedSlots().put(u, (int) input.rowIds()[u]);
      bags.ownedStarts().put(u, input.rowStarts().get(u));
    }
    bags.ownedStarts().put(unique, batch.lookups());
    for (int l = 0; l < batch.lookups(); l++) {
      bags.bagStarts().put(l, l);
      bags.lookupBags().put(l, l);
      bags.lookupRows().put(l, input.uniqueOf().get(l));
      bags.ownedLookups().put(l, input.rowLookups().get(l));
    }
    bags.bagStarts().put(batch.lookups(), batch.lookups());
    for (int p = 1; p <= 2; p++) {
      bags.sampleStarts()[p] = batch.samples();
      bags.askedStarts()[p] = unique;
      bags.rowStarts()[p] = unique;
    }
    exchange.owned(unique, input.rowIds());
    exchange.samples(0, batch.samples());
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int ranks() {
    return 2;
  }

  @Override
  public String name(int rank) {
    return "rank " + rank;
  }

  @Override
  public void allToAllv(
      FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts) {
    receive.put(receiveStarts[0], send, sendStarts[0], sendStarts[1] - sendStarts[0]);
  }

  @Override
  public void allGather(FloatBuffer own, FloatBuffer all, int[] starts) {
    all.put(starts[0], own, 0, starts[1] - starts[0]);
  }

  @Override
  public void allReduce(FloatBuffer values, int count) {}

  @Override
  public void allToAllv(IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void allToAllv(
      LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void allToAllv(
      ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void allReduce(double[] values, int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void allReduceMax(long[] values, int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void broadcast(ByteBuffer bytes, int count, int root) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void barrier() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void abort(String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
