package dev.farsight.testkit.collective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.collective.Collective;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/** Exchanges without sums. All types are compared as the bytes that they are in memory. */
final class RandomExchange {

  private static final byte UNTOUCHED = 77;

  private RandomExchange() {}

  private enum Type {
    BYTES(1),
    INTS(4),
    LONGS(8),
    FLOATS(4);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  static RandomCall allToAll(Random random, int ranks, int size) {
    Type type = Type.values()[random.nextInt(4)];
    int[][] counts = new int[ranks][ranks];
    for (int[] row : counts) {
      Arrays.setAll(row, to -> RandomCalls.size(random, size));
    }
    var sendStarts = new int[ranks][ranks + 1];
    var receiveStarts = new int[ranks][ranks + 1];
    var sent = new byte[ranks][];
    for (int rank = 0; rank < ranks; rank++) {
      sendStarts[rank][0] = random.nextInt(3);
      receiveStarts[rank][0] = random.nextInt(3);
      for (int other = 0; other < ranks; other++) {
        sendStarts[rank][other + 1] = sendStarts[rank][other] + counts[rank][other];
        receiveStarts[rank][other + 1] = receiveStarts[rank][other] + counts[other][rank];
      }
      sent[rank] = new byte[type.bytes * (sendStarts[rank][ranks] + 1)];
      random.nextBytes(sent[rank]);
    }
    boolean direct = random.nextBoolean();
    return end -> {
      int rank = end.rank();
      var expected = new byte[type.bytes * (receiveStarts[rank][ranks] + 1)];
      Arrays.fill(expected, UNTOUCHED);
      for (int from = 0; from < ranks; from++) {
        System.arraycopy(
            sent[from],
            type.bytes * sendStarts[from][rank],
            expected,
            type.bytes * receiveStarts[rank][from],
            type.bytes * counts[from][rank]);
      }
      ByteBuffer send = Buffers.bytes(sent[rank].length, direct).put(0, sent[rank]);
      ByteBuffer receive = Buffers.bytes(expected.length, !direct);
      fill(receive);
      call(end, type, send, sendStarts[rank], receive, receiveStarts[rank]);
      fill(send);
      assertThat(bytes(receive)).as("allToAllv of %s", type).isEqualTo(expected);
    };
  }

  private static void call(
      Collective end, Type type, ByteBuffer send, int[] from, ByteBuffer receive, int[] to) {
    switch (type) {
      case BYTES -> end.allToAllv(send, from, receive, to);
      case INTS -> end.allToAllv(send.asIntBuffer(), from, receive.asIntBuffer(), to);
      case LONGS -> end.allToAllv(send.asLongBuffer(), from, receive.asLongBuffer(), to);
      case FLOATS -> end.allToAllv(send.asFloatBuffer(), from, receive.asFloatBuffer(), to);
    }
  }

  static RandomCall gather(Random random, int ranks, int size) {
    int[] starts = RandomCalls.starts(random, ranks, size);
    var values = new float[starts[ranks] + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    boolean direct = random.nextBoolean();
    boolean inPlace = random.nextBoolean();
    return end -> {
      int start = starts[end.rank()];
      int count = starts[end.rank() + 1] - start;
      FloatBuffer all = Buffers.floats(new float[values.length], direct);
      FloatBuffer own = inPlace ? all.slice(start, count) : FloatBuffer.allocate(count);
      own.put(0, values, start, count);
      end.allGather(own, all, starts);
      float[] expected = values.clone();
      Arrays.fill(expected, 0, starts[0], 0);
      Arrays.fill(expected, starts[ranks], values.length, 0);
      assertThat(Buffers.floats(all, values.length)).as("allGather").isEqualTo(expected);
      Buffers.fill(own, Float.NaN);
    };
  }

  static RandomCall broadcast(Random random, int ranks, int size) {
    int count = RandomCalls.size(random, 4 * size);
    int root = random.nextInt(ranks);
    var values = new byte[count];
    random.nextBytes(values);
    boolean direct = random.nextBoolean();
    return end -> {
      ByteBuffer buffer = Buffers.bytes(count + 1, direct);
      fill(buffer);
      if (end.rank() == root) {
        buffer.put(0, values);
      }
      end.broadcast(buffer, count, root);
      byte[] expected = Arrays.copyOf(values, count + 1);
      expected[count] = UNTOUCHED;
      assertThat(bytes(buffer)).as("broadcast").isEqualTo(expected);
      fill(buffer);
    };
  }

  private static void fill(ByteBuffer buffer) {
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, UNTOUCHED);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    return bytes;
  }
}
