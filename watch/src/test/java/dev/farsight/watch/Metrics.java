package dev.farsight.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Scrapes a run. */
final class Metrics {

  private Metrics() {}

  /**
   * The metrics of a run that has trained, once the watching thread has taken its figures.
   *
   * @param accept the formats that are asked for
   */
  static String whole(String url, String accept) {
    for (int attempt = 0; attempt < 600; attempt++) {
      String body = scrape(url, accept);
      if (body.contains("farsight_stage_seconds_total{")) {
        return body;
      }
    }
    throw new AssertionError("no figures");
  }

  private static String scrape(String url, String accept) {
    try {
      Thread.sleep(100);
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url + "metrics")).header("Accept", accept).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
