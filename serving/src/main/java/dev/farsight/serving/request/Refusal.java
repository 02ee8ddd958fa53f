package dev.farsight.serving.request;

/**
 * A request is refused. The message is one line for the client. It has no stack trace: it tells of
 * the request, not of the server.
 */
public final class Refusal extends RuntimeException {

  private final Reason reason;

  public Refusal(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public static Refusal invalid(String message) {
    return new Refusal(Reason.INVALID, message);
  }

  public static Refusal expired() {
    return new Refusal(Reason.EXPIRED, "the deadline passed before it was scored");
  }

  public static Refusal cancelled() {
    return new Refusal(Reason.CANCELLED, "the client cancelled the request");
  }

  public Reason reason() {
    return reason;
  }
}
