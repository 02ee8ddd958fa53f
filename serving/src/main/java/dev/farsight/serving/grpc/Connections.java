package dev.farsight.serving.grpc;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections. gRPC has no limit of them, so calls of connections beyond the limit are
 * refused.
 */
final class Connections extends ServerTransportFilter {

  private static final Attributes.Key<Boolean> TOO_MANY =
      Attributes.Key.create("farsight.too-many-connections");

  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  Connections(int most) {
    this.most = most;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    boolean tooMany = open.incrementAndGet() > most;
    return attributes.toBuilder().set(TOO_MANY, tooMany).build();
  }

  @Override
  public void transportTerminated(Attributes attributes) {
    if (attributes != null && attributes.get(TOO_MANY) != null) {
      open.decrementAndGet();
    }
  }

  /**
   * @param attributes of a call
   */
  boolean isTooMany(Attributes attributes) {
    return Boolean.TRUE.equals(attributes.get(TOO_MANY));
  }
}
