package dev.farsight.engine.attribution;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.collective.DeviceExchange;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.Optional;

/** A plugin's end of a group. */
record AttributedCollective(Collective collective, PluginCalls calls) implements Collective {

  @Override
  public int rank() {
    try {
      return collective.rank();
    } catch (RuntimeException | Error e) {
      throw failure("rank", e);
    }
  }

  @Override
  public int ranks() {
    try {
      return collective.ranks();
    } catch (RuntimeException | Error e) {
      throw failure("ranks", e);
    }
  }

  @Override
  public String name(int rank) {
    return calls.get("Collective.name", () -> collective.name(rank));
  }

  @Override
  public void allToAllv(
      FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts) {
    try {
      collective.allToAllv(send, sendStarts, receive, receiveStarts);
    } catch (RuntimeException | Error e) {
      throw failure("allToAllv", e);
    }
  }

  @Override
  public void allToAllv(IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts) {
    try {
      collective.allToAllv(send, sendStarts, receive, receiveStarts);
    } catch (RuntimeException | Error e) {
      throw failure("allToAllv", e);
    }
  }

  @Override
  public void allToAllv(
      LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts) {
    try {
      collective.allToAllv(send, sendStarts, receive, receiveStarts);
    } catch (RuntimeException | Error e) {
      throw failure("allToAllv", e);
    }
  }

  @Override
  public void allToAllv(
      ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts) {
    try {
      collective.allToAllv(send, sendStarts, receive, receiveStarts);
    } catch (RuntimeException | Error e) {
      throw failure("allToAllv", e);
    }
  }

  @Override
  public void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own) {
    try {
      collective.reduceScatter(values, starts, own);
    } catch (RuntimeException | Error e) {
      throw failure("reduceScatter", e);
    }
  }

  @Override
  public void allGather(FloatBuffer own, FloatBuffer all, int[] starts) {
    try {
      collective.allGather(own, all, starts);
    } catch (RuntimeException | Error e) {
      throw failure("allGather", e);
    }
  }

  @Override
  public void allReduce(FloatBuffer values, int count) {
    try {
      collective.allReduce(values, count);
    } catch (RuntimeException | Error e) {
      throw failure("allReduce", e);
    }
  }

  @Override
  public void allReduce(double[] values, int count) {
    try {
      collective.allReduce(values, count);
    } catch (RuntimeException | Error e) {
      throw failure("allReduce", e);
    }
  }

  @Override
  public void allReduceMax(long[] values, int count) {
    try {
      collective.allReduceMax(values, count);
    } catch (RuntimeException | Error e) {
      throw failure("allReduceMax", e);
    }
  }

  @Override
  public void broadcast(ByteBuffer bytes, int count, int root) {
    try {
      collective.broadcast(bytes, count, root);
    } catch (RuntimeException | Error e) {
      throw failure("broadcast", e);
    }
  }

  @Override
  public void barrier() {
    try {
      collective.barrier();
    } catch (RuntimeException | Error e) {
      throw failure("barrier", e);
    }
  }

  @Override
  public Optional<DeviceExchange> devices() {
    return calls
        .get("Collective.devices", collective::devices)
        .map(devices -> new AttributedExchange(devices, calls));
  }

  @Override
  public Duration timeout() {
    return calls.get("Collective.timeout", collective::timeout);
  }

  @Override
  public void patience(Duration longest) {
    calls.run("Collective.patience", () -> collective.patience(longest));
  }

  @Override
  public CollectiveException failure() {
    try {
      return collective.failure();
    } catch (RuntimeException | Error e) {
      throw failure("failure", e);
    }
  }

  @Override
  public void abort(String reason) {
    calls.run("Collective.abort", () -> collective.abort(reason));
  }

  @Override
  public void close() {
    calls.run("Collective.close", collective::close);
  }

  private record AttributedExchange(DeviceExchange devices, PluginCalls calls)
      implements DeviceExchange {

    @Override
    public void exchange(long[] send, int[] sendFloats, long[] receive, int[] receiveFloats) {
      try {
        devices.exchange(send, sendFloats, receive, receiveFloats);
      } catch (RuntimeException | Error e) {
        throw calls.failure("DeviceExchange.exchange", e);
      }
    }
  }

  private FarsightException failure(String operation, Throwable thrown) {
    return calls.failure("Collective." + operation, thrown);
  }
}
