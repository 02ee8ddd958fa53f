package dev.farsight.serving.http;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.ServingSettings;
import dev.farsight.serving.security.PemFiles;
import dev.farsight.serving.security.TlsSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Listens for HTTP/1.1. Few threads serve all connections: none waits for a client. */
public final class HttpEndpoint {

  private static final int THREADS = 16;
  private static final int MOST_HEADER_BYTES = 16 << 10;

  /** Of the key store in memory; no file is protected by it. */
  private static final String PASSWORD = "memory";

  private final Server server;
  private final ServerConnector connector;

  /**
   * Starts to listen.
   *
   * @throws FarsightException if the port is taken
   */
  public HttpEndpoint(ServingSettings settings, HttpRoutes routes) {
    var threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("farsight-http");
    server = new Server(threads);
    server.setStopTimeout(settings.stopTimeout().toMillis());
    server.setHandler(new GracefulHandler(routes));
    server.setErrorHandler(new HttpErrors());
    connector = connector(server, settings);
    connector.setHost(settings.host().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(millis(settings.idleTimeout()));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.maxConnections(), server));
    start(settings);
  }

  private static ServerConnector connector(Server server, ServingSettings settings) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(MOST_HEADER_BYTES);
    var plain = new HttpConnectionFactory(http);
    ConnectionFactory[] factories =
        settings
            .tls()
            .map(tls -> new ConnectionFactory[] {encrypted(tls, plain), plain})
            .orElseGet(() -> new ConnectionFactory[] {plain});
    return new ServerConnector(server, 1, 1, factories);
  }

  private static SslConnectionFactory encrypted(TlsSettings tls, HttpConnectionFactory next) {
    var context = new SslContextFactory.Server();
    context.setKeyStore(PemFiles.keyStore(tls.certificate(), tls.key(), PASSWORD.toCharArray()));
    context.setKeyStorePassword(PASSWORD);
    context.setSniRequired(false);
    tls.clientCa()
        .ifPresent(
            file -> {
              context.setTrustStore(PemFiles.trustStore(file));
              context.setNeedClientAuth(true);
            });
    return new SslConnectionFactory(context, next.getProtocol());
  }

  /** Jetty's 0 is no limit, and so is ours of 0 in effect: a connection would end at once. */
  private static long millis(Duration duration) {
    return Math.max(1, duration.toMillis());
  }

  private void start(ServingSettings settings) {
    try {
      server.start();
    } catch (IOException e) {
      stop();
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "farsight.serving.port: cannot listen at %s, port %d: %s",
              settings.host().getHostAddress(),
              settings.port(),
              Quoted.of(
                  String.valueOf(
                      e.getCause() == null ? e.getMessage() : e.getCause().getMessage()))),
          e);
    } catch (Exception e) {
      stop();
      throw new FarsightException("HTTP cannot be served: " + Quoted.of(String.valueOf(e)), e);
    }
  }

  /** The port that it listens at. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Takes no more requests, and waits for those under way. */
  public void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new FarsightException("HTTP could not be stopped: " + Quoted.of(String.valueOf(e)), e);
    }
  }
}
