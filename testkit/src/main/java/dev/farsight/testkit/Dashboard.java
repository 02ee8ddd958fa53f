package dev.farsight.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A dashboard of Grafana in the documentation, and the metrics that its queries name. */
public final class Dashboard {

  private static final Pattern QUERY =
      Pattern.compile("\"(?:expr|query)\": \"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Metrics of Farsight and of its process. */
  private static final Pattern METRIC = Pattern.compile("\\b(?:farsight|process)_\\w+");

  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)[ {]");

  private final Set<String> metrics = new TreeSet<>();

  /**
   * @param name of the file
   * @param docs the folder of the documentation
   */
  public Dashboard(Path docs, String name) {
    String json;
    try {
      json = Files.readString(docs.resolve("grafana").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher query = QUERY.matcher(json);
    while (query.find()) {
      Matcher metric = METRIC.matcher(query.group(1));
      while (metric.find()) {
        metrics.add(metric.group());
      }
    }
  }

  /** All metrics that the queries name. */
  public Set<String> metrics() {
    return metrics;
  }

  /**
   * Those that a server does not deliver.
   *
   * @param exposition its metrics, in the text format of Prometheus
   */
  public List<String> missingIn(String exposition) {
    Set<String> delivered =
        SAMPLE
            .matcher(exposition)
            .results()
            .map(sample -> sample.group(1))
            .collect(Collectors.toSet());
    return metrics.stream().filter(metric -> !delivered.contains(metric)).toList();
  }
}
