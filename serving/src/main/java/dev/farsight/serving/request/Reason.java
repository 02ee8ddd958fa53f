package dev.farsight.serving.request;

/** Why a request is not answered with scores. */
public enum Reason {
  /** The request is malformed, or does not fit the model. */
  INVALID(400),
  /** There is no valid token with it. */
  UNAUTHENTICATED(401),
  /** A browser sends it for a web page of another origin. */
  FORBIDDEN(403),
  /** There is no such model, version or path. */
  NOT_FOUND(404),
  /** The path takes another method. */
  WRONG_METHOD(405),
  /** The body did not arrive in time. */
  TOO_SLOW(408),
  /** It is larger than the server ever takes. */
  TOO_LARGE(413),
  /** The queue is full, or bodies take all the bytes they may; the client may try again. */
  BUSY(429),
  /** The client went away. Nobody reads the answer. */
  CANCELLED(499),
  /** The server failed. */
  FAILED(500),
  /** The server is stopping, or has no model yet. */
  UNAVAILABLE(503),
  /** The deadline passed before it was scored. */
  EXPIRED(504);

  private final int httpStatus;

  Reason(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }
}
