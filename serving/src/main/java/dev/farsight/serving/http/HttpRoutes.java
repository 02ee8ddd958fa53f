package dev.farsight.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.predict.VersionList;
import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.BodyLimits;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.security.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths of the protocol over HTTP. */
public final class HttpRoutes extends Handler.Abstract.NonBlocking {

  private static final Logger LOG = LoggerFactory.getLogger(HttpRoutes.class);
  private static final int MOST_KEPT_BODIES = 64;

  private final Supplier<Inference> inference;
  private final ServingMetrics metrics;
  private final Tokens tokens;
  private final BooleanSupplier ready;
  private final BodyLimits bodies;
  private final JsonRequestReader reader;
  private final Exchange.Shared shared;

  /**
   * @param inference refuses while there is no model
   * @param ready whether requests for scores are answered
   */
  public HttpRoutes(
      Supplier<Inference> inference,
      ServingMetrics metrics,
      Tokens tokens,
      BooleanSupplier ready,
      BodyLimits bodies) {
    this.inference = inference;
    this.metrics = metrics;
    this.tokens = tokens;
    this.ready = ready;
    this.bodies = bodies;
    var json = new JsonFactory();
    this.reader = new JsonRequestReader(json);
    this.shared =
        new Exchange.Shared(
            new Pool<>(MOST_KEPT_BODIES, Body::new),
            new JsonAnswers(json),
            metrics,
            bodies.budget());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var exchange = new Exchange(shared, response, callback);
    try {
      route(request, exchange);
    } catch (Refusal e) {
      exchange.refuse(e);
    } catch (RuntimeException | Error e) {
      LOG.error("a request could not be answered", e);
      exchange.refuse(new Refusal(Reason.FAILED, "the server failed; its log tells why"));
    }
    return true;
  }

  private void route(Request request, Exchange exchange) {
    String path = Request.getPathInContext(request);
    switch (path) {
      case "/v2/health/live" -> {
        requireMethod(request, "GET");
        health(exchange, "live", true);
      }
      case "/v2/health/ready" -> {
        requireMethod(request, "GET");
        health(exchange, "ready", ready.getAsBoolean());
      }
      default -> {
        tokens.require(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (request.getMethod().equals("POST")) {
          PageOrigin.requireOwn(request, !tokens.areNeeded() && !request.isSecure());
        }
        routeKnown(path, request, exchange);
      }
    }
  }

  private void routeKnown(String path, Request request, Exchange exchange) {
    switch (path) {
      case "/v2", "/v2/" -> {
        requireMethod(request, "GET");
        Body body = exchange.takeBody();
        exchange.json().server(body);
        exchange.answer(body);
      }
      case "/v2/repository/index" -> {
        requireMethod(request, "POST");
        Body body = exchange.takeBody();
        exchange.json().index(body, inference.get().model());
        exchange.answer(body);
      }
      case "/metrics" -> {
        requireMethod(request, "GET");
        metrics(exchange);
      }
      default -> model(ModelPath.of(path), request, exchange);
    }
  }

  private void model(ModelPath path, Request request, Exchange exchange) {
    ServedModel model = inference.get().model();
    switch (path.action()) {
      case "infer" -> {
        requireMethod(request, "POST");
        model.requireName(path.model());
        var infer =
            new InferExchange(
                exchange, inference.get(), reader, request, path.model(), path.version());
        BodyReader.read(request, exchange.takeBody(), exchange.share(), bodies, infer);
      }
      case "ready" -> {
        requireMethod(request, "GET");
        model.require(path.model(), path.version());
        Body body = exchange.takeBody();
        exchange.json().modelReady(body, model.name(), ready.getAsBoolean());
        exchange.answer(body);
      }
      case "" -> {
        if (!path.version().isEmpty() && request.getMethod().equals("POST")) {
          activate(model, path, exchange);
          return;
        }
        requireMethod(request, "GET");
        model.require(path.model(), path.version());
        Body body = exchange.takeBody();
        exchange.json().model(body, model);
        exchange.answer(body);
      }
      default -> throw ModelPath.notFound(Request.getPathInContext(request));
    }
  }

  private static void activate(ServedModel model, ModelPath path, Exchange exchange) {
    model.requireName(path.model());
    VersionList versions = model.activate(path.version());
    Body body = exchange.takeBody();
    exchange.json().activated(body, model.name(), versions);
    exchange.answer(body);
  }

  private static void requireMethod(Request request, String method) {
    if (!request.getMethod().equals(method)) {
      throw new Refusal(
          Reason.WRONG_METHOD,
          "method " + Quoted.of(request.getMethod()) + " in place of " + method);
    }
  }

  private static void health(Exchange exchange, String name, boolean value) {
    Body body = exchange.takeBody();
    exchange.json().flag(body, name, value);
    int status = value ? 200 : Reason.UNAVAILABLE.httpStatus();
    exchange.answer(status, Exchange.JSON, body);
  }

  private void metrics(Exchange exchange) {
    Body body = exchange.takeBody();
    try {
      metrics.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written anywhere
    }
    exchange.answer(200, ServingMetrics.CONTENT_TYPE, body);
  }
}
