package dev.farsight.serving.http;

import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Refusal;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;

/**
 * The header that tells how long a request is waited for. Envoy sets it, and so do the service
 * meshes and ingresses that are made of it; other clients may.
 */
final class ProxyDeadline {

  static final String HEADER = "x-envoy-expected-rq-timeout-ms";

  private ProxyDeadline() {}

  /**
   * Shortens the time that a request may take.
   *
   * @throws Refusal if the header is malformed
   */
  static void apply(HttpFields headers, InferRequest request) {
    String header = headers.get(HEADER);
    if (header == null) {
      return;
    }
    String text = header.strip();
    // No more digits than a long surely holds.
    if (!text.matches("[0-9]{1,18}")) {
      throw Refusal.invalid(HEADER + ": " + Quoted.of(text) + " is no number of milliseconds");
    }
    request.timeoutAtMost(TimeUnit.MILLISECONDS.toMicros(Long.parseLong(text)));
  }
}
