package dev.farsight.collective;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;

/** What the ends of all kinds of groups share: they check each call and make one form of it. */
abstract class GroupEnd implements Collective {

  final CollectiveContext context;
  final int rank;
  final int ranks;
  final Call call;

  private volatile Duration patience;
  private DoubleBuffer doubles = DoubleBuffer.allocate(16);
  private LongBuffer longs = LongBuffer.allocate(16);

  GroupEnd(CollectiveContext context, int rank) {
    this.context = context;
    this.rank = rank;
    this.ranks = context.ranks();
    this.call = new Call(rank, ranks);
    this.patience = context.timeout();
  }

  /** Carries {@link #call} out. */
  abstract void perform();

  @Override
  public final int rank() {
    return rank;
  }

  @Override
  public final int ranks() {
    return ranks;
  }

  @Override
  public final String name(int other) {
    return context.name(other);
  }

  @Override
  public final Duration timeout() {
    return context.timeout();
  }

  @Override
  public final void patience(Duration longest) {
    patience = longest;
  }

  /** How long this end waits for others to join an operation. */
  final Duration patience() {
    return patience;
  }

  @Override
  public final void allToAllv(
      FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts) {
    exchange(Elements.FLOATS, send, sendStarts, receive, receiveStarts);
  }

  @Override
  public final void allToAllv(
      IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts) {
    exchange(Elements.INTS, send, sendStarts, receive, receiveStarts);
  }

  @Override
  public final void allToAllv(
      LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts) {
    exchange(Elements.LONGS, send, sendStarts, receive, receiveStarts);
  }

  @Override
  public final void allToAllv(
      ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts) {
    exchange(Elements.BYTES, send, sendStarts, receive, receiveStarts);
  }

  private void exchange(
      Elements elements, Buffer send, int[] sendStarts, Buffer receive, int[] receiveStarts) {
    try {
      call.allToAll(elements, send, sendStarts, receive, receiveStarts);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own) {
    try {
      call.reduceScatter(values, starts, own);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void allGather(FloatBuffer own, FloatBuffer all, int[] starts) {
    try {
      call.allGather(own, all, starts);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void allReduce(FloatBuffer values, int count) {
    try {
      call.allReduce(Operation.ALL_REDUCE, Elements.FLOATS, values, count);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void allReduce(double[] values, int count) {
    try {
      if (doubles.capacity() < count) {
        doubles = DoubleBuffer.allocate(count);
      }
      doubles.put(0, values, 0, count);
      call.allReduce(Operation.ALL_REDUCE, Elements.DOUBLES, doubles, count);
      perform();
      doubles.get(0, values, 0, count);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void allReduceMax(long[] values, int count) {
    try {
      if (longs.capacity() < count) {
        longs = LongBuffer.allocate(count);
      }
      longs.put(0, values, 0, count);
      call.allReduce(Operation.ALL_REDUCE_MAX, Elements.LONGS, longs, count);
      perform();
      longs.get(0, values, 0, count);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void broadcast(ByteBuffer bytes, int count, int root) {
    try {
      call.broadcast(bytes, count, root);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  @Override
  public final void barrier() {
    try {
      call.barrier();
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  /**
   * What to throw: as it is. A rank whose call is wrong will not join the others, so it tells them.
   */
  final RuntimeException failed(Throwable thrown) {
    if (!(thrown instanceof CollectiveException)) {
      abort(thrown.toString());
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }
}
