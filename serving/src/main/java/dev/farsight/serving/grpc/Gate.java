package dev.farsight.serving.grpc;

import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.security.Tokens;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.Set;

/** What every call passes: lets in known clients, and counts how calls end. */
final class Gate implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Who asks for no more than health needs no token. */
  private static final Set<String> OPEN =
      Set.of(
          GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName(),
          HealthGrpc.getCheckMethod().getFullMethodName(),
          HealthGrpc.getWatchMethod().getFullMethodName());

  private final Tokens tokens;
  private final ServingMetrics metrics;
  private final Connections connections;

  Gate(Tokens tokens, ServingMetrics metrics, Connections connections) {
    this.tokens = tokens;
    this.metrics = metrics;
    this.connections = connections;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var counted = new Counted<>(call);
    try {
      if (connections.isTooMany(call.getAttributes())) {
        throw new Refusal(Reason.BUSY, "the server has too many connections; try again later");
      }
      if (!OPEN.contains(call.getMethodDescriptor().getFullMethodName())) {
        tokens.require(headers.get(AUTHORIZATION));
      }
    } catch (Refusal e) {
      counted.close(GrpcStatus.of(e).getStatus(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(counted, headers);
  }

  private final class Counted<Q, A> extends SimpleForwardingServerCall<Q, A> {

    Counted(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      metrics.answered("grpc", status.getCode().name());
      super.close(status, trailers);
    }
  }
}
