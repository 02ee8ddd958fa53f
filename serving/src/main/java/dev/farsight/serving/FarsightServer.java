package dev.farsight.serving;

import dev.farsight.api.internal.Closing;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.serving.batch.Batcher;
import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.follow.VersionUpdates;
import dev.farsight.serving.grpc.GrpcEndpoint;
import dev.farsight.serving.http.HttpEndpoint;
import dev.farsight.serving.http.HttpRoutes;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.BodyBudget;
import dev.farsight.serving.request.BodyLimits;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.security.Tokens;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Answers requests for scores by the Open Inference Protocol, version 2, over HTTP and gRPC.
 *
 * <p>What clients send is checked before it is scored; requests of concurrent clients are scored
 * together. Memory is bounded: by the connections, the bytes of all requests and the queue. Any
 * thread may call.
 */
public final class FarsightServer implements AutoCloseable {

  private final ServingSettings settings;
  private final ServingMetrics metrics = new ServingMetrics();

  /** Null until there is a model, as is what it needs. */
  private volatile Inference inference;

  private ServedModel model;
  private Batcher batcher;

  private HttpEndpoint http;
  private GrpcEndpoint grpc;
  private volatile boolean listening;

  /** Null unless a run is followed. */
  private VersionUpdates updates;

  private FarsightServer(ServingSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts a server. It listens when this returns.
   *
   * @param model owned by the server from now on
   */
  public static FarsightServer start(ServingSettings settings, ServedModel model) {
    var server = new FarsightServer(settings);
    try {
      server.serve(model);
      server.listen();
      return server;
    } catch (RuntimeException | Error e) {
      Closing.after(e, server);
      throw e;
    }
  }

  /**
   * Starts a server that follows a run: it goes on to each new checkpoint. It listens when this
   * returns, and is ready once the run has a checkpoint of trained weights.
   *
   * @param checkpoints the folder of the run's checkpoints, which need not exist yet
   * @param opener opens the model once there is a checkpoint
   * @throws RuntimeException if there is a checkpoint already, and it cannot be opened
   */
  public static FarsightServer follow(
      ServingSettings settings, Path checkpoints, Supplier<ServedModel> opener) {
    var server = new FarsightServer(settings);
    try {
      server.updates =
          new VersionUpdates(
              new FollowedRun(checkpoints),
              settings.followEvery(),
              server.metrics,
              opener,
              server::serveFollowed);
      server.updates.openIfThere();
      server.listen();
      server.updates.start();
      return server;
    } catch (RuntimeException | Error e) {
      Closing.after(e, server);
      throw e;
    }
  }

  private void serveFollowed(ServedModel opened) {
    try {
      opened.readAhead();
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
    serve(opened);
  }

  private void serve(ServedModel opened) {
    model = opened;
    batcher =
        new Batcher(model, settings.scorers(), settings.queue(), settings.batchDelay(), metrics);
    metrics.watch(model, batcher::waitingSamples);
    inference = new Inference(model, batcher, metrics, settings.requestTimeout());
    if (grpc != null) {
      grpc.ready();
    }
  }

  private void listen() {
    Tokens tokens = settings.tokensFile().map(Tokens::ofFile).orElseGet(Tokens::none);
    var budget = new BodyBudget(settings.maxPendingBytes());
    metrics.watch(budget);
    var bodies = new BodyLimits(settings.maxRequestBytes(), settings.requestTimeout(), budget);
    var routes = new HttpRoutes(this::inference, metrics, tokens, this::isReady, bodies);
    http = new HttpEndpoint(settings, routes);
    grpc = new GrpcEndpoint(settings, this::inference, metrics, tokens, this::isReady, bodies);
    listening = true;
    if (inference != null) {
      grpc.ready();
    }
  }

  private Inference inference() {
    Inference available = inference;
    if (available == null) {
      throw new Refusal(
          Reason.UNAVAILABLE, "the model is not loaded yet: the run has no checkpoint to serve");
    }
    return available;
  }

  /** Whether requests for scores are answered. */
  public boolean isReady() {
    return listening && inference != null;
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
    listening = false;
    if (updates != null) {
      updates.close();
    }
    if (grpc != null) {
      grpc.beginStop();
    }
    if (http != null) {
      http.stop();
    }
    if (grpc != null) {
      grpc.stop();
    }
    if (batcher != null) {
      batcher.stop(settings.stopTimeout());
    }
    if (model != null) {
      model.close();
    }
  }
}
