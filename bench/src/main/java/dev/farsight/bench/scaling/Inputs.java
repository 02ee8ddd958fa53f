package dev.farsight.bench.scaling;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the prediction assumes of machines and networks.
 *
 * @param rankBytesPerSecond that a rank sends through its sockets while another one does
 * @param messageSeconds of a rank's time for each message
 * @param latencySeconds from host to host
 * @param deviation of a rank's step, as a share of it
 * @param copyBytesPerSecond between a GPU and its host's memory, each way
 */
record Inputs(
    double rankBytesPerSecond,
    double messageSeconds,
    double latencySeconds,
    double deviation,
    double copyBytesPerSecond) {

  /** Without a measurement of sockets. */
  static final Inputs ASSUMED = new Inputs(2e9, 5e-6, 20e-6, 0.03, 40e9);

  /** With the sockets that {@code bench/exchange.sh} measured. */
  static Inputs measured(Path exchange) {
    Config json = ConfigFactory.parseFile(exchange.toFile());
    return new Inputs(
        json.getDouble("loopback_bytes_per_second.2"),
        ASSUMED.messageSeconds,
        ASSUMED.latencySeconds,
        ASSUMED.deviation,
        ASSUMED.copyBytesPerSecond);
  }

  Network network(double gigabits) {
    return Network.gigabits(gigabits, rankBytesPerSecond, messageSeconds, latencySeconds);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rank_bytes_per_second", rankBytesPerSecond);
    json.put("message_us", messageSeconds * 1e6);
    json.put("latency_us", latencySeconds * 1e6);
    json.put("deviation", deviation);
    json.put("copy_bytes_per_second", copyBytesPerSecond);
    json.put("payload_of_link", Network.PAYLOAD);
    return json;
  }
}
