package dev.farsight.serving.grpc;

import dev.farsight.serving.request.BodyLimits;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what messages take while they arrive, in bytes and in time: gRPC itself bounds the bytes
 * of one message alone. One thread looks after the time of all.
 */
final class Arrivals extends ServerStreamTracer.Factory implements ServerInterceptor {

  private final BodyLimits limits;
  private final ScheduledThreadPoolExecutor timer;

  Arrivals(BodyLimits limits) {
    this.limits = limits;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "farsight-grpc-arrivals");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Arrival(limits.budget().share());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Arrival arrival = Arrival.current();
    long longest = limits.longest().toMillis();
    arrival.begin(call, timer.schedule(arrival::tooSlow, longest, TimeUnit.MILLISECONDS));
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onHalfClose() {
        if (arrival.complete()) {
          super.onHalfClose();
        }
      }
    };
  }

  void stop() {
    timer.shutdownNow();
  }
}
