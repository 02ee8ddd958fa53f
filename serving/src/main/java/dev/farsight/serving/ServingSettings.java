package dev.farsight.serving;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.serving.security.TlsSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a server, {@code farsight.serving}.
 *
 * @param name the model's name in requests
 * @param host the address that it listens at
 * @param port for HTTP; 0: any that is free
 * @param grpcPort for gRPC; 0: any that is free
 * @param scorers how many batches are scored at the same time
 * @param batchDelay how long the first sample of a batch waits for others
 * @param queue most samples that wait
 * @param maxRequestBytes most bytes of a request's body
 * @param maxPendingBytes most bytes of all bodies that are being read or wait for their answers
 * @param maxConnections most connections, of each protocol
 * @param idleTimeout after which a connection without requests is closed
 * @param requestTimeout most time from the begin of a request to its scores
 * @param stopTimeout how long a stop waits for requests under way
 * @param tokensFile with the tokens that clients need; empty: none
 * @param tls empty: connections are not encrypted
 * @param followEvery how often a run that is followed is looked at
 */
public record ServingSettings(
    String name,
    InetAddress host,
    int port,
    int grpcPort,
    int scorers,
    Duration batchDelay,
    int queue,
    int maxRequestBytes,
    long maxPendingBytes,
    int maxConnections,
    Duration idleTimeout,
    Duration requestTimeout,
    Duration stopTimeout,
    Optional<Path> tokensFile,
    Optional<TlsSettings> tls,
    Duration followEvery) {

  private static final int MOST_SCORERS = 1024;
  private static final int LAST_PORT = 65_535;
  private static final int MOST_BYTES = 1 << 30;

  /** Numbers and texts of a body take several times its bytes once they are read. */
  private static final int HEAP_PER_PENDING_BYTE = 16;

  /**
   * @param farsight the section {@code farsight}
   * @throws ConfigException if a setting is wrong, or if anybody could connect
   */
  public static ServingSettings of(Settings farsight) {
    Settings serving = farsight.section("serving");
    Settings batch = serving.section("batch");
    int cores = Runtime.getRuntime().availableProcessors();
    var settings =
        new ServingSettings(
            name(serving),
            host(serving),
            serving.integer("port", 0, LAST_PORT),
            serving.integer("grpc-port", 0, LAST_PORT),
            serving.has("threads") ? serving.integer("threads", 1, MOST_SCORERS) : cores,
            batch.duration("delay"),
            serving.integer("queue", 1, 1 << 24),
            bytes(serving, "max-request-bytes"),
            pendingBytes(serving),
            serving.integer("max-connections", 1, 1 << 20),
            serving.duration("idle-timeout"),
            serving.duration("request-timeout"),
            serving.duration("stop-timeout"),
            serving.optionalPath("tokens-file"),
            TlsSettings.of(serving.section("tls")),
            followEvery(serving.section("follow")));
    settings.requireKnownClients(serving);
    return settings;
  }

  /** Whether clients prove who they are. */
  boolean knowsClients() {
    return tokensFile.isPresent() || tls.flatMap(TlsSettings::clientCa).isPresent();
  }

  private void requireKnownClients(Settings serving) {
    if (!host.isLoopbackAddress() && !knowsClients()) {
      throw serving.bad(
          "host",
          "would let anybody connect; set serving.tokens-file or serving.tls.client-ca, or leave it out to serve this machine alone");
    }
    if (port == grpcPort && port != 0) {
      throw serving.bad("grpc-port", "is the port for HTTP too");
    }
  }

  private static String name(Settings serving) {
    String name = serving.string("name");
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw serving.bad("name", "is not made of letters, digits, '.', '_' and '-' alone");
    }
    return name;
  }

  private static InetAddress host(Settings serving) {
    try {
      return InetAddress.getByName(serving.string("host"));
    } catch (UnknownHostException e) {
      throw serving.bad("host", "is no address of this machine");
    }
  }

  private static int bytes(Settings serving, String key) {
    long bytes = serving.bytes(key);
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw serving.bad(key, "is not a size from 1 B to 1 GiB");
    }
    return (int) bytes;
  }

  private static long pendingBytes(Settings serving) {
    int oneRequest = bytes(serving, "max-request-bytes");
    String key = "max-pending-bytes";
    if (!serving.has(key)) {
      return Math.max(oneRequest, Runtime.getRuntime().maxMemory() / HEAP_PER_PENDING_BYTE);
    }
    long bytes = serving.bytes(key);
    if (bytes < oneRequest) {
      throw serving.bad(
          key,
          "is less than serving.max-request-bytes, "
              + oneRequest
              + " bytes; one request needs that");
    }
    return bytes;
  }

  private static Duration followEvery(Settings follow) {
    Duration every = follow.duration("every");
    if (every.toMillis() < 1) {
      throw follow.bad("every", "is not a time from 1 ms to 24 h");
    }
    return every;
  }
}
