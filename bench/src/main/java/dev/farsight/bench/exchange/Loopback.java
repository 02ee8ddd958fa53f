package dev.farsight.bench.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What sockets of this machine can do at best: threads in a ring, each of which sends blocks to the
 * next while another one receives from the one before. Nothing looks at the bytes.
 */
final class Loopback {

  private static final int BLOCK = 256 << 10;

  private Loopback() {}

  /**
   * Bytes that each of some ranks can send a second while it receives as many.
   *
   * @param bytes to send, of each rank
   */
  static double bytesPerSecond(int ranks, long bytes) throws IOException, InterruptedException {
    try (var ring = new Ring(ranks)) {
      ring.pass(bytes / 8); // once to warm up
      long begin = System.nanoTime();
      ring.pass(bytes);
      return bytes / ((System.nanoTime() - begin) / 1e9);
    }
  }

  /** Seconds from sending one byte to another thread until its answer is there, halved. */
  static double latencySeconds(int times) throws IOException, InterruptedException {
    try (var ring = new Ring(2)) {
      ring.bounce(times);
      long begin = System.nanoTime();
      ring.bounce(times);
      return (System.nanoTime() - begin) / 1e9 / times / 2;
    }
  }

  /** Connections from each rank to the next. */
  private static final class Ring implements AutoCloseable {

    private final List<SocketChannel> out = new ArrayList<>();
    private final List<SocketChannel> in = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Ring(int ranks) throws IOException {
      try (var server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        for (int rank = 0; rank < ranks; rank++) {
          out.add(SocketChannel.open(server.getLocalAddress()));
          in.add(server.accept());
          out.get(rank).setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
      }
    }

    void pass(long bytes) throws IOException, InterruptedException {
      var work = new ArrayList<Callable<Void>>();
      for (int rank = 0; rank < out.size(); rank++) {
        SocketChannel to = out.get(rank);
        SocketChannel from = in.get(rank);
        work.add(() -> move(bytes, block -> to.write(block)));
        work.add(() -> move(bytes, block -> from.read(block)));
      }
      all(work);
    }

    /** One byte, from rank 0 to rank 1 and back. */
    void bounce(int times) throws IOException, InterruptedException {
      all(
          List.of(
              () -> {
                for (int t = 0; t < times; t++) {
                  move(1, block -> out.get(0).write(block));
                  move(1, block -> in.get(1).read(block));
                }
                return null;
              },
              () -> {
                for (int t = 0; t < times; t++) {
                  move(1, block -> in.get(0).read(block));
                  move(1, block -> out.get(1).write(block));
                }
                return null;
              }));
    }

    private void all(List<Callable<Void>> work) throws IOException, InterruptedException {
      for (Future<Void> part : threads.invokeAll(work)) {
        try {
          part.get();
        } catch (ExecutionException e) {
          throw new IOException(e.getCause());
        }
      }
    }

    @Override
    public void close() throws IOException {
      threads.shutdownNow();
      for (SocketChannel channel : out) {
        channel.close();
      }
      for (SocketChannel channel : in) {
        channel.close();
      }
    }
  }

  /** Writes or reads a block, as much of it as there is room for or has come. */
  @FunctionalInterface
  private interface Transfer {
    int of(ByteBuffer block) throws IOException;
  }

  private static Void move(long bytes, Transfer transfer) throws IOException {
    ByteBuffer block = BLOCKS.get();
    long left = bytes;
    while (left > 0) {
      block.clear().limit((int) Math.min(block.capacity(), left));
      int moved = transfer.of(block);
      if (moved < 0) {
        throw new EOFException("a connection of the loopback device ended");
      }
      left -= moved;
    }
    return null;
  }

  private static final ThreadLocal<ByteBuffer> BLOCKS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BLOCK));
}
