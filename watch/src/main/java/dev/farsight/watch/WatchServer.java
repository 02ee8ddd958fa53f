package dev.farsight.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.farsight.api.config.ConfigException;
import dev.farsight.pages.HtmlPage;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a run on loopback: the page at {@code /}, its events at {@code /events}, and metrics for
 * Prometheus at {@code /metrics}. Answers only requests for a name of this machine, so that no page
 * from elsewhere can read it under a name of its own. At most {@value #MOST_THREADS} requests at a
 * time, open pages included; others are refused.
 */
final class WatchServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WatchServer.class);

  private static final int MOST_THREADS = 32;
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final EventStreams streams;

  private WatchServer(HttpServer server, RunView view, RunMetrics metrics) {
    this.server = server;
    threads =
        new ThreadPoolExecutor(
            0, MOST_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), WatchServer::thread);
    streams = new EventStreams(view);
    byte[] page =
        new HtmlPage(WatchServer.class, "Farsight run", "watch.html", "watch.js")
            .with("Watching", "{}")
            .getBytes(UTF_8);
    handle("/", exchange -> send(exchange, "text/html; charset=utf-8", page));
    handle("/events", streams);
    handle("/metrics", exchange -> sendMetrics(exchange, metrics.registry()));
    server.setExecutor(threads);
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any that is free
   * @throws ConfigException if the port cannot be used
   */
  static WatchServer start(int port, RunView view, RunMetrics metrics) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var server = new WatchServer(HttpServer.create(address, 0), view, metrics);
      server.server.start();
      return server;
    } catch (BindException e) {
      throw new ConfigException(
          "port "
              + port
              + " is in use: name another with --watch=PORT, or --watch=0 for any that is free");
    } catch (IOException e) {
      throw new ConfigException("--watch=" + port + ": the port cannot be used: " + e.getMessage());
    }
  }

  /** Where the page is. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** Ends the open pages, which first get the last figures. */
  @Override
  public void close() {
    streams.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "farsight-watch-http");
    thread.setDaemon(true);
    return thread;
  }

  private void handle(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
              refuse(exchange, 404);
            } else if (!isForThisMachine(exchange)) {
              refuse(exchange, 403);
            } else if (!exchange.getRequestMethod().equals("GET")) {
              refuse(exchange, 405);
            } else {
              handler.handle(exchange);
            }
          } catch (IOException e) {
            LOG.debug("{}: the reader is gone: {}", path, e.toString());
          }
        });
  }

  private static boolean isForThisMachine(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host != null && HOSTS.contains(host.replaceFirst(":\\d+$", ""));
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void sendMetrics(HttpExchange exchange, PrometheusRegistry registry)
      throws IOException {
    ExpositionFormatWriter writer =
        ExpositionFormats.init().findWriter(exchange.getRequestHeaders().getFirst("Accept"));
    var body = new ByteArrayOutputStream();
    writer.write(body, registry.scrape());
    send(exchange, writer.getContentType(), body.toByteArray());
  }
}
