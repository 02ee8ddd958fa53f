package dev.farsight.serving.grpc;

import dev.farsight.serving.request.BodyBudget;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.Future;

/**
 * The message of one call while it arrives. Its bytes are counted as they come, since gRPC keeps
 * those of a message that is not complete. Any thread.
 */
final class Arrival extends ServerStreamTracer {

  private static final Context.Key<Arrival> KEY = Context.key("farsight.arrival");

  private final BodyBudget.Share share;

  /** Null until the call has begun; bytes may come before. */
  private ServerCall<?, ?> call;

  private Future<?> timeout;

  /** Null unless the call is refused. */
  private Refusal refusal;

  private boolean complete;

  Arrival(BodyBudget.Share share) {
    this.share = share;
  }

  /** That of the call that is handled by this thread. */
  static Arrival current() {
    return KEY.get();
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void inboundWireSize(long bytes) {
    try {
      share.add(bytes);
    } catch (Refusal e) {
      refuse(e);
    }
  }

  /**
   * The call has begun.
   *
   * @param ends tells if the message takes too long
   */
  synchronized void begin(ServerCall<?, ?> begun, Future<?> ends) {
    call = begun;
    timeout = ends;
    if (refusal != null) {
      close();
    }
  }

  void tooSlow() {
    refuse(new Refusal(Reason.TOO_SLOW, "the message did not arrive in time"));
  }

  private synchronized void refuse(Refusal why) {
    if (complete || refusal != null) {
      return;
    }
    refusal = why;
    if (call != null) {
      close();
    }
  }

  private void close() {
    timeout.cancel(false);
    call.close(GrpcStatus.of(refusal).getStatus(), new Metadata());
  }

  /**
   * The message has arrived.
   *
   * @return whether the call goes on; otherwise it was refused, and is closed
   */
  synchronized boolean complete() {
    complete = true;
    timeout.cancel(false);
    return refusal == null;
  }

  @Override
  public void streamClosed(Status status) {
    share.close();
    synchronized (this) {
      complete = true;
      if (timeout != null) {
        timeout.cancel(false);
      }
    }
  }
}
