package dev.farsight.collective;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** The connections of one rank to the others: two to each, for values and for control. */
final class Links implements AutoCloseable {

  private final CollectiveContext context;
  private final int rank;
  private final SocketChannel[] data;
  private final SocketChannel[] control;

  Links(CollectiveContext context, int rank) {
    this.context = context;
    this.rank = rank;
    data = new SocketChannel[context.ranks()];
    control = new SocketChannel[context.ranks()];
  }

  synchronized SocketChannel data(int other) {
    return data[other];
  }

  synchronized SocketChannel control(int other) {
    return control[other];
  }

  /** Whether there is none of this kind to this rank yet. */
  synchronized boolean wanted(Handshake.Caller caller) {
    return caller.rank() != rank && of(caller.kind())[caller.rank()] == null;
  }

  synchronized void add(int kind, int other, SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.socket().setSoTimeout(0);
    of(kind)[other] = channel;
    notifyAll();
  }

  /** Waits until all ranks have a connection for control. */
  synchronized void awaitControls(long deadline) throws InterruptedException {
    await(control, deadline);
  }

  synchronized void await(long deadline) throws InterruptedException {
    await(control, deadline);
    await(data, deadline);
  }

  private synchronized void await(SocketChannel[] channels, long deadline)
      throws InterruptedException {
    for (int other = 0; other < channels.length; other++) {
      while (other != rank && channels[other] == null) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new FarsightException(
              "group " + context.group() + ": " + context.name(other) + " did not come in time");
        }
        wait(left / 1_000_000 + 1);
      }
    }
  }

  private SocketChannel[] of(int kind) {
    return kind == Handshake.DATA ? data : control;
  }

  void closeData() {
    close(data);
  }

  @Override
  public void close() {
    close(data);
    close(control);
  }

  private synchronized void close(SocketChannel[] channels) {
    for (SocketChannel channel : channels) {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
