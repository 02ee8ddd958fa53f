package dev.farsight.testkit.compute;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The simplest group there can be, for tests of steps: threads of one JVM that show each other
 * their buffers between two barriers. A rank that does not come is waited for {@value
 * #TIMEOUT_SECONDS} seconds. Allocates a little in each operation.
 */
final class BarrierCollective implements Collective {

  private static final int TIMEOUT_SECONDS = 30;

  private final Group group;
  private final int rank;

  private BarrierCollective(Group group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  /** A new group; its ends by rank. */
  static List<Collective> connect(int ranks) {
    var group = new Group(ranks);
    var ends = new ArrayList<Collective>();
    for (int rank = 0; rank < ranks; rank++) {
      ends.add(new BarrierCollective(group, rank));
    }
    return ends;
  }

  /** What a rank shows the others. */
  private static final class Shown {

    /** Must be that of all ranks. */
    final String operation;

    final Object values;

    /** Of the pieces of the values; null if the operation has none. */
    final int[] starts;

    Shown(String operation, Object values, int[] starts) {
      this.operation = operation;
      this.values = values;
      this.starts = starts;
    }
  }

  private static final class Group {

    final CyclicBarrier barrier;
    final Shown[] shown;
    volatile CollectiveException failure;

    Group(int ranks) {
      barrier = new CyclicBarrier(ranks);
      shown = new Shown[ranks];
    }

    void await(int rank) {
      try {
        barrier.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (BrokenBarrierException | TimeoutException | InterruptedException e) {
        throw failure != null
            ? failure
            : new CollectiveException("rank " + rank + " waited for the others in vain", rank, e);
      }
    }
  }

  /** Copies {@code count} elements of what rank {@code from} shows. */
  private interface Copy {
    void run(int from, int at, int to, int count);
  }

  private void show(String operation, Object values, int[] starts) {
    group.shown[rank] = new Shown(operation, values, starts);
    group.await(rank);
    for (Shown other : group.shown) {
      if (!other.operation.equals(operation)) {
        abort(name(rank) + " calls " + operation + ", another " + other.operation);
        throw group.failure;
      }
    }
  }

  private void exchange(
      String type, Object send, int[] sendStarts, int[] receiveStarts, Copy copy) {
    show("allToAllv of " + type, send, sendStarts);
    for (int p = 0; p < ranks(); p++) {
      int[] starts = group.shown[p].starts;
      int count = starts[rank + 1] - starts[rank];
      if (count != receiveStarts[p + 1] - receiveStarts[p]) {
        abort(name(p) + " sends " + count + " elements, but " + name(rank) + " expects others");
        throw group.failure;
      }
      copy.run(p, starts[rank], receiveStarts[p], count);
    }
    group.await(rank);
  }

  private FloatBuffer floats(int from) {
    return (FloatBuffer) group.shown[from].values;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return group.shown.length;
  }

  @Override
  public String name(int rank) {
    return "rank " + rank;
  }

  @Override
  public void allToAllv(
      FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts) {
    Copy copy = (from, at, to, count) -> receive.put(to, floats(from), at, count);
    exchange("floats", send, sendStarts, receiveStarts, copy);
  }

  @Override
  public void allToAllv(IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts) {
    Copy copy =
        (from, at, to, count) -> receive.put(to, (IntBuffer) group.shown[from].values, at, count);
    exchange("ints", send, sendStarts, receiveStarts, copy);
  }

  @Override
  public void allToAllv(
      LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts) {
    Copy copy =
        (from, at, to, count) -> receive.put(to, (LongBuffer) group.shown[from].values, at, count);
    exchange("longs", send, sendStarts, receiveStarts, copy);
  }

  @Override
  public void allToAllv(
      ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts) {
    Copy copy =
        (from, at, to, count) -> receive.put(to, (ByteBuffer) group.shown[from].values, at, count);
    exchange("bytes", send, sendStarts, receiveStarts, copy);
  }

  @Override
  public void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own) {
    show("reduceScatter", values, starts);
    float[] sum = sum(starts[rank], starts[rank + 1]);
    group.await(rank);
    own.put(0, sum);
  }

  /** What all ranks show at [from, end), added in rank order. */
  private float[] sum(int from, int end) {
    var sum = new float[end - from];
    for (int i = from; i < end; i++) {
      float value = floats(0).get(i);
      for (int p = 1; p < ranks(); p++) {
        value += floats(p).get(i);
      }
      sum[i - from] = value;
    }
    return sum;
  }

  @Override
  public void allGather(FloatBuffer own, FloatBuffer all, int[] starts) {
    show("allGather", own, starts);
    for (int p = 0; p < ranks(); p++) {
      all.put(starts[p], floats(p), 0, starts[p + 1] - starts[p]);
    }
    group.await(rank);
  }

  @Override
  public void allReduce(FloatBuffer values, int count) {
    show("allReduce of " + count, values, null);
    float[] sum = sum(0, count);
    group.await(rank);
    values.put(0, sum);
  }

  @Override
  public void allReduce(double[] values, int count) {
    show("allReduce of " + count + " doubles", values, null);
    double[] sum = ((double[]) group.shown[0].values).clone();
    for (int p = 1; p < ranks(); p++) {
      for (int i = 0; i < count; i++) {
        sum[i] += ((double[]) group.shown[p].values)[i];
      }
    }
    group.await(rank);
    System.arraycopy(sum, 0, values, 0, count);
  }

  @Override
  public void allReduceMax(long[] values, int count) {
    show("allReduceMax of " + count, values, null);
    long[] max = ((long[]) group.shown[0].values).clone();
    for (int p = 1; p < ranks(); p++) {
      for (int i = 0; i < count; i++) {
        max[i] = Math.max(max[i], ((long[]) group.shown[p].values)[i]);
      }
    }
    group.await(rank);
    System.arraycopy(max, 0, values, 0, count);
  }

  @Override
  public void broadcast(ByteBuffer bytes, int count, int root) {
    show("broadcast of " + count + " from " + root, bytes, null);
    if (rank != root) {
      bytes.put(0, (ByteBuffer) group.shown[root].values, 0, count);
    }
    group.await(rank);
  }

  @Override
  public void barrier() {
    show("barrier", null, null);
    group.await(rank);
  }

  @Override
  public void abort(String reason) {
    if (group.failure == null) {
      group.failure = new CollectiveException(name(rank) + ": " + reason, rank);
    }
    group.barrier.reset();
  }

  @Override
  public void close() {}
}
