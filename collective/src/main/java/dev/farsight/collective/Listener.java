package dev.farsight.collective;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections of ranks and turns strangers away. Each handshake has a thread of its own, so
 * that one who says nothing delays nobody.
 */
final class Listener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int LONGEST_HANDSHAKE_MILLIS = 5_000;

  private final ServerSocketChannel server;
  private final Handshake handshake;
  private final Links links;

  Listener(InetSocketAddress address, Handshake handshake, Links links, String name)
      throws IOException {
    this.handshake = handshake;
    this.links = links;
    server = ServerSocketChannel.open();
    try {
      server.bind(address);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    Threads.start(name + " listener", this::listen);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.socket().getLocalSocketAddress();
  }

  private void listen() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        Threads.start(Thread.currentThread().getName() + " handshake", () -> greet(channel));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("A connection could not be accepted: {}", e.toString());
      }
    }
  }

  private void greet(SocketChannel channel) {
    boolean taken = false;
    try {
      channel.socket().setSoTimeout(LONGEST_HANDSHAKE_MILLIS);
      var caller = handshake.answer(channel.socket());
      synchronized (links) {
        if (caller.isPresent() && links.wanted(caller.get())) {
          links.add(caller.get().kind(), caller.get().rank(), channel);
          taken = true;
        }
      }
    } catch (IOException e) {
      LOG.debug("A connection ended in its handshake: {}", e.toString());
    } finally {
      if (!taken) {
        LOG.warn("Refused a connection: it is of no rank of this group");
        quietlyClose(channel);
      }
    }
  }

  private static void quietlyClose(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("A refused connection could not be closed: {}", e.toString());
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("A listener could not be closed: {}", e.toString());
    }
  }
}
