package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} tells. */
final class Counters {

  private static final long MOST_NANOS = 60_000_000_000L;

  private final TestClient client;

  Counters(TestClient client) {
    this.client = client;
  }

  /**
   * A value; 0 if it is not there.
   *
   * @param sample name and labels, as they are written
   */
  double of(String sample) throws Exception {
    String text = client.get("/metrics").body();
    Matcher found = Pattern.compile("(?m)^" + Pattern.quote(sample) + " (\\S+)$").matcher(text);
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  double answered(String protocol, String code) throws Exception {
    return of("farsight_requests_total{code=\"%s\",protocol=\"%s\"}".formatted(code, protocol));
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + MOST_NANOS;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("a minute has passed").isLessThan(end);
      Thread.sleep(2);
    }
  }
}
