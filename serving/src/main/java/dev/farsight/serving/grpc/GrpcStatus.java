package dev.farsight.serving.grpc;

import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The status of gRPC for each reason. */
final class GrpcStatus {

  private GrpcStatus() {}

  static StatusRuntimeException of(Refusal refusal) {
    return code(refusal.reason())
        .toStatus()
        .withDescription(refusal.getMessage())
        .asRuntimeException();
  }

  private static Status.Code code(Reason reason) {
    return switch (reason) {
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case WRONG_METHOD -> Status.Code.UNIMPLEMENTED;
      case TOO_SLOW, EXPIRED -> Status.Code.DEADLINE_EXCEEDED;
      case TOO_LARGE, BUSY -> Status.Code.RESOURCE_EXHAUSTED;
      case CANCELLED -> Status.Code.CANCELLED;
      case FAILED -> Status.Code.INTERNAL;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
    };
  }
}
