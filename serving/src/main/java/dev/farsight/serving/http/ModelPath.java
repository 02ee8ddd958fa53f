package dev.farsight.serving.http;

import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;

/**
 * A path of a model: {@code /v2/models/NAME[/versions/V][/ACTION]}.
 *
 * @param version empty: the current one
 * @param action empty: metadata
 */
record ModelPath(String model, String version, String action) {

  private static final String START = "/v2/models/";
  private static final String VERSIONS = "versions";

  /**
   * @throws Refusal if it is no path of a model
   */
  static ModelPath of(String path) {
    if (!path.startsWith(START)) {
      throw notFound(path);
    }
    String[] parts = path.substring(START.length()).split("/", -1);
    boolean versioned = parts.length > 2 && parts[1].equals(VERSIONS);
    int next = versioned ? 3 : 1;
    if (parts.length > next + 1 || parts[0].isEmpty() || (versioned && parts[2].isEmpty())) {
      throw notFound(path);
    }
    return new ModelPath(
        parts[0], versioned ? parts[2] : "", parts.length > next ? parts[next] : "");
  }

  static Refusal notFound(String path) {
    return new Refusal(Reason.NOT_FOUND, "there is no path " + Quoted.of(path));
  }
}
