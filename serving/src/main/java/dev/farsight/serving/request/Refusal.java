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

  public Reason reason() {
    return reason;
  }
}
