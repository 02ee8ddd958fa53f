package dev.farsight.serving;

import dev.farsight.api.internal.Closing;
import dev.farsight.serving.batch.Batcher;
import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.grpc.GrpcEndpoint;
import dev.farsight.serving.http.HttpEndpoint;
import dev.farsight.serving.http.HttpRoutes;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.security.Tokens;

/**
 * Answers requests for scores by the Open Inference Protocol, version 2, over HTTP and gRPC.
 *
 * <p>What clients send is checked before it is scored; requests of concurrent clients are scored
 * together. Memory is bounded: by the connections, the bytes of a request and the queue. Any thread
 * may call.
 */
public final class FarsightServer implements AutoCloseable {

  private final ServingSettings settings;
  private final ServedModel model;
  private final Batcher batcher;
  private HttpEndpoint http;
  private GrpcEndpoint grpc;
  private volatile boolean ready;

  private FarsightServer(ServingSettings settings, ServedModel model, ServingMetrics metrics) {
    this.settings = settings;
    this.model = model;
    this.batcher =
        new Batcher(model, settings.scorers(), settings.queue(), settings.batchDelay(), metrics);
  }

  /**
   * Starts a server. It listens when this returns.
   *
   * @param model owned by the server from now on
   */
  public static FarsightServer start(ServingSettings settings, ServedModel model) {
    Tokens tokens = settings.tokensFile().map(Tokens::ofFile).orElseGet(Tokens::none);
    var metrics = new ServingMetrics();
    var server = new FarsightServer(settings, model, metrics);
    metrics.watch(model, server.batcher::waitingSamples);
    try {
      server.listen(metrics, tokens);
      return server;
    } catch (RuntimeException | Error e) {
      Closing.after(e, server);
      throw e;
    }
  }

  private void listen(ServingMetrics metrics, Tokens tokens) {
    var inference = new Inference(model, batcher, metrics, settings.requestTimeout());
    var routes =
        new HttpRoutes(
            model,
            inference,
            metrics,
            tokens,
            this::isReady,
            settings.maxRequestBytes(),
            settings.requestTimeout());
    http = new HttpEndpoint(settings, routes);
    grpc = new GrpcEndpoint(settings, model, inference, metrics, tokens, this::isReady);
    ready = true;
  }

  /** Whether requests for scores are answered. */
  public boolean isReady() {
    return ready;
  }

  public ServingSettings settings() {
    return settings;
  }

  /** The port for HTTP. */
  public int httpPort() {
    return http.port();
  }

  /** The port for gRPC. */
  public int grpcPort() {
    return grpc.port();
  }

  /** Takes no more requests, and waits for those under way, at most the stop timeout. */
  @Override
  public void close() {
    ready = false;
    if (grpc != null) {
      grpc.beginStop();
    }
    if (http != null) {
      http.stop();
    }
    if (grpc != null) {
      grpc.stop();
    }
    batcher.stop(settings.stopTimeout());
    model.close();
  }
}
