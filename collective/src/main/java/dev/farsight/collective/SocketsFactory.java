package dev.farsight.collective;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The collective {@code sockets}: the ranks are in one or several processes. */
final class SocketsFactory implements CollectiveFactory {

  @Override
  public String name() {
    return "sockets";
  }

  @Override
  public void check(Settings own) {
    host(own);
    connectTimeout(own);
  }

  @Override
  public Availability probe() {
    return Availability.yes("");
  }

  @Override
  public List<Collective> connect(CollectiveContext context) {
    InetAddress host = host(context.own());
    long deadline = System.nanoTime() + connectTimeout(context.own()).toNanos();
    var secret = new Secret(context);
    var meetingPoint = new CompletableFuture<InetSocketAddress>();
    if (!context.ownRanks().contains(0)) {
      meetingPoint.complete(context.rendezvous().orElseThrow().address());
    }
    var ends = new ArrayList<CompletableFuture<Collective>>();
    for (int rank : context.ownRanks()) {
      var end = new CompletableFuture<Collective>();
      ends.add(end);
      Threads.start(
          context.group() + " meeting " + rank,
          () -> {
            try (var meeting = new Meeting(context, rank, host, secret, deadline)) {
              end.complete(new SocketCollective(context, rank, meeting.meet(meetingPoint)));
            } catch (Throwable t) {
              end.completeExceptionally(t instanceof ExecutionException ? t.getCause() : t);
              meetingPoint.completeExceptionally(t); // no other rank shall wait for rank 0
            }
          });
    }
    return all(ends);
  }

  private static List<Collective> all(List<CompletableFuture<Collective>> ends) {
    var connected = new ArrayList<Collective>();
    Throwable failure = null;
    for (CompletableFuture<Collective> end : ends) {
      try {
        connected.add(end.join());
      } catch (CompletionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure == null) {
      return connected;
    }
    Closing.after(failure, connected.toArray(AutoCloseable[]::new));
    throw failure instanceof FarsightException forTheUser
        ? forTheUser
        : new FarsightException("a group could not be joined: " + failure, failure);
  }

  private static InetAddress host(Settings own) {
    try {
      return InetAddress.getByName(own.string("host"));
    } catch (UnknownHostException e) {
      throw own.bad("host", "is no address of this machine");
    }
  }

  private static Duration connectTimeout(Settings own) {
    Duration timeout = own.duration("connect-timeout");
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
      throw own.bad("connect-timeout", "is not a time from 1 s to 24 h");
    }
    return timeout;
  }
}
