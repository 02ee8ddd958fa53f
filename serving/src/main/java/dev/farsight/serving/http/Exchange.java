package dev.farsight.serving.http;

import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.request.BodyBudget;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request over HTTP and its one answer. */
final class Exchange {

  /** What all exchanges of a server have in common. */
  record Shared(Pool<Body> bodies, JsonAnswers json, ServingMetrics metrics, BodyBudget budget) {}

  static final String JSON = "application/json";
  private static final int OK = 200;
  private static final String RETRY_SECONDS = "1";

  private final Shared shared;
  private final Response response;
  private final Callback callback;

  /** What the request takes until its answer is sent. */
  private final BodyBudget.Share share;

  Exchange(Shared shared, Response response, Callback callback) {
    this.shared = shared;
    this.response = response;
    this.callback = callback;
    this.share = shared.budget.share();
  }

  JsonAnswers json() {
    return shared.json;
  }

  /** Bytes of the request count here. */
  BodyBudget.Share share() {
    return share;
  }

  /** An empty body, for a request or an answer. */
  Body takeBody() {
    Body body = shared.bodies.take();
    body.clear();
    return body;
  }

  void giveBack(Body body) {
    if (body.isKept()) {
      shared.bodies.giveBack(body);
    }
  }

  void header(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /** No other request can follow. */
  void endConnection() {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
  }

  void answer(Body body) {
    answer(OK, JSON, body);
  }

  /** Sends an answer, and gives its body back once it is sent. */
  void answer(int status, String type, Body body) {
    shared.metrics.answered("http", Integer.toString(status));
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length());
    response.write(true, body.buffer(), new Sent(body));
  }

  /** Sends an answer that says why there is no other. */
  void refuse(Refusal why) {
    Reason reason = why.reason();
    if (reason == Reason.BUSY || reason == Reason.UNAVAILABLE) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
    } else if (reason == Reason.UNAUTHENTICATED) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    Body body = takeBody();
    shared.json.error(body, why.getMessage());
    answer(reason.httpStatus(), JSON, body);
  }

  /** What Jetty tells once an answer is sent, or could not be. */
  private final class Sent implements Callback {

    private final Body body;

    Sent(Body body) {
      this.body = body;
    }

    @Override
    public void succeeded() {
      giveBack(body);
      share.close();
      callback.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
      // Jetty may still hold the body, so it is not used again.
      share.close();
      callback.failed(cause);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
