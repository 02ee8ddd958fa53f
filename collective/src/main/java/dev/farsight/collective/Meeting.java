package dev.farsight.collective;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.internal.Quoted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How a rank finds the others: all call rank 0, tell where they listen, and get the addresses of
 * all; then each calls those before it. One thread, once.
 */
final class Meeting implements AutoCloseable {

  private static final long RETRY_MILLIS = 50;
  private static final int LONGEST_HANDSHAKE_MILLIS = 10_000;

  private final CollectiveContext context;
  private final int rank;
  private final InetAddress host;
  private final Handshake handshake;
  private final long deadline;
  private final Links links;
  private Listener listener;

  /**
   * @param host where this rank listens
   * @param deadline by {@link System#nanoTime}
   */
  Meeting(CollectiveContext context, int rank, InetAddress host, Secret secret, long deadline) {
    this.context = context;
    this.rank = rank;
    this.host = host;
    this.deadline = deadline;
    handshake = new Handshake(secret, context.ranks());
    links = new Links(context, rank);
  }

  /**
   * @param meetingPoint where rank 0 listens; rank 0 itself completes it
   */
  Links meet(CompletableFuture<InetSocketAddress> meetingPoint) throws Exception {
    try {
      if (rank == 0) {
        listen(context.rendezvous().map(Rendezvous::address).orElseGet(this::anyPort));
        meetingPoint.complete(listener.address());
        context.rendezvous().ifPresent(place -> place.listening().accept(listener.address()));
        introduce();
      } else {
        listen(anyPort());
        call(meetingPoint.get(left(), TimeUnit.NANOSECONDS));
      }
      links.await(deadline);
      return links;
    } catch (Throwable t) {
      links.close();
      throw t;
    }
  }

  private InetSocketAddress anyPort() {
    return new InetSocketAddress(host, 0);
  }

  private void listen(InetSocketAddress address) {
    try {
      listener = new Listener(address, handshake, links, context.group() + " rank " + rank);
    } catch (IOException e) {
      throw new FarsightException(
          start() + "cannot listen at " + text(address) + ": " + IoReason.of(e), e);
    }
  }

  /** Tells every rank the addresses of all, once all have come. */
  private void introduce() throws IOException, InterruptedException {
    links.awaitControls(deadline);
    var addresses = new InetSocketAddress[context.ranks()];
    for (int other = 1; other < addresses.length; other++) {
      links.control(other).socket().setSoTimeout(leftMillis());
      var in = new DataInputStream(links.control(other).socket().getInputStream());
      addresses[other] = new InetSocketAddress(in.readUTF(), in.readInt());
    }
    for (int other = 1; other < addresses.length; other++) {
      var out = new DataOutputStream(links.control(other).socket().getOutputStream());
      for (int told = 1; told < addresses.length; told++) {
        out.writeUTF(addresses[told].getHostString());
        out.writeInt(addresses[told].getPort());
      }
    }
  }

  private void call(InetSocketAddress meetingPoint) throws IOException, InterruptedException {
    SocketChannel control = dial(meetingPoint, 0, Handshake.CONTROL);
    links.add(Handshake.CONTROL, 0, control);
    var out = new DataOutputStream(control.socket().getOutputStream());
    out.writeUTF(host.getHostAddress());
    out.writeInt(listener.address().getPort());
    links.add(Handshake.DATA, 0, dial(meetingPoint, 0, Handshake.DATA));
    control.socket().setSoTimeout(leftMillis());
    var in = new DataInputStream(control.socket().getInputStream());
    for (int other = 1; other < context.ranks(); other++) {
      InetSocketAddress address = address(in);
      if (other < rank) {
        links.add(Handshake.CONTROL, other, dial(address, other, Handshake.CONTROL));
        links.add(Handshake.DATA, other, dial(address, other, Handshake.DATA));
      }
    }
  }

  private InetSocketAddress address(DataInputStream in) throws IOException {
    try {
      return new InetSocketAddress(in.readUTF(), in.readInt());
    } catch (SocketTimeoutException e) {
      throw new FarsightException(
          start() + "not all ranks have come to " + context.name(0) + " in time", e);
    }
  }

  /** Calls a rank until it is there, and the network too. */
  private SocketChannel dial(InetSocketAddress address, int other, int kind)
      throws IOException, InterruptedException {
    while (true) {
      SocketChannel channel = SocketChannel.open();
      boolean reached = false;
      try {
        channel.socket().connect(address, leftMillis());
        reached = true;
        channel.socket().setSoTimeout(Math.min(leftMillis(), LONGEST_HANDSHAKE_MILLIS));
        if (handshake.call(channel.socket(), kind, rank)) {
          return channel;
        }
        channel.close();
        throw refused(address, other);
      } catch (IOException e) {
        channel.close();
        if (reached && !(e instanceof SocketTimeoutException)) {
          throw new FarsightException(
              start()
                  + context.name(other)
                  + " at "
                  + text(address)
                  + " ended the connection: "
                  + IoReason.of(e),
              e);
        }
        if (left() < TimeUnit.MILLISECONDS.toNanos(2 * RETRY_MILLIS)) {
          throw unreachable(address, other, e);
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private FarsightException refused(InetSocketAddress address, int other) {
    return new FarsightException(
        start()
            + context.name(other)
            + " at "
            + text(address)
            + " refused this process: it has another secret, group or number of ranks, or is"
            + " something else");
  }

  private FarsightException unreachable(InetSocketAddress address, int other, IOException reason) {
    return new FarsightException(
        start()
            + "cannot reach "
            + context.name(other)
            + " at "
            + text(address)
            + ": "
            + IoReason.of(reason)
            + "; sharding.sockets.host of that process has to be an address that is reached from"
            + " here, at any port",
        reason);
  }

  private String start() {
    return "group " + context.group() + ": " + context.name(rank) + ": ";
  }

  private long left() {
    return deadline - System.nanoTime();
  }

  private int leftMillis() {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left()));
  }

  private static String text(InetSocketAddress address) {
    return Quoted.of(address.getHostString() + ":" + address.getPort());
  }

  /** Stops listening. */
  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
  }
}
