package dev.farsight.serving.grpc;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.ServingSettings;
import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.request.BodyLimits;
import dev.farsight.serving.security.TlsSettings;
import dev.farsight.serving.security.Tokens;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Listens for gRPC: the protocol's service, and the standard health service. */
public final class GrpcEndpoint {

  private static final int MOST_CALLS_PER_CONNECTION = 256;
  private static final int PERMITTED_KEEP_ALIVE_SECONDS = 10;

  private final Duration stopTimeout;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService threads;
  private final Arrivals arrivals;
  private final Server server;

  /**
   * Starts to listen.
   *
   * @param inference refuses while there is no model
   * @param ready whether requests for scores are answered
   * @param bodies limits of messages
   * @throws FarsightException if the port is taken
   */
  public GrpcEndpoint(
      ServingSettings settings,
      Supplier<Inference> inference,
      ServingMetrics metrics,
      Tokens tokens,
      BooleanSupplier ready,
      BodyLimits bodies) {
    this.stopTimeout = settings.stopTimeout();
    var number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(2, settings.scorers()),
            task -> new Thread(task, "farsight-grpc-" + number.getAndIncrement()));
    this.arrivals = new Arrivals(bodies);
    var connections = new Connections(settings.maxConnections());
    long idleMillis = Math.max(1, settings.idleTimeout().toMillis());
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(settings.host(), settings.grpcPort()),
                settings
                    .tls()
                    .map(GrpcEndpoint::encrypted)
                    .orElseGet(InsecureServerCredentials::create))
            .executor(threads)
            .maxInboundMessageSize(bodies.mostBytes())
            .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
            .maxConnectionIdle(idleMillis, TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addTransportFilter(connections)
            .addStreamTracerFactory(arrivals)
            .intercept(arrivals)
            .intercept(new Gate(tokens, metrics, connections))
            .addService(new InferenceService(inference, ready))
            .addService(health.getHealthService())
            .build();
    start(settings);
  }

  private static ServerCredentials encrypted(TlsSettings tls) {
    try {
      var credentials =
          TlsServerCredentials.newBuilder()
              .keyManager(tls.certificate().toFile(), tls.key().toFile());
      if (tls.clientCa().isPresent()) {
        credentials
            .trustManager(tls.clientCa().get().toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return credentials.build();
    } catch (IOException e) {
      throw new ConfigException(
          "farsight.serving.tls: a file cannot be read: " + IoReason.of(e), e);
    }
  }

  private void start(ServingSettings settings) {
    try {
      server.start();
      tellHealth(ServingStatus.NOT_SERVING);
    } catch (IOException e) {
      threads.shutdown();
      arrivals.stop();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "farsight.serving.grpc-port: cannot listen at %s, port %d: %s",
              settings.host().getHostAddress(),
              settings.grpcPort(),
              Quoted.of(String.valueOf(cause.getMessage()))),
          e);
    }
  }

  private void tellHealth(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
  }

  /** Requests for scores are answered from now on. */
  public void ready() {
    tellHealth(ServingStatus.SERVING);
  }

  /** The port that it listens at. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls; those under way go on. */
  public void beginStop() {
    health.enterTerminalState();
    server.shutdown();
  }

  /** Waits for the calls under way, once {@link #beginStop} was called, and ends the others. */
  public void stop() {
    try {
      if (!server.awaitTermination(stopTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.shutdown();
    arrivals.stop();
  }
}
