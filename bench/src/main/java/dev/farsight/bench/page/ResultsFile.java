package dev.farsight.bench.page;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.engine.Version;
import dev.farsight.engine.metrics.HostInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a file of {@code docs/results} out of what a benchmark wrote: an object as it is, JMH's
 * list as scores by benchmark and parameters, with the command, the commit and the host.
 */
public final class ResultsFile {

  private ResultsFile() {}

  /**
   * @param args the benchmark's JSON, the file to write, the command that makes it
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: ResultsFile JSON RESULTS COMMAND");
      System.exit(2);
    }
    Files.writeString(Path.of(args[1]), of(Files.readString(Path.of(args[0])), args[2]) + "\n");
  }

  static String of(String json, String command) {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("command", command);
    results.put("commit", Version.commit());
    results.put("host", HostInfo.describe(null));
    Config parsed = ConfigFactory.parseString("results = " + json);
    if (parsed.root().get("results") instanceof ConfigObject object) {
      results.putAll(object.unwrapped());
    } else {
      results.put("results", scores(parsed));
    }
    return ConfigValueFactory.fromMap(results)
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /** By benchmark, then by parameters, then by counter: score and error. */
  private static Map<String, Object> scores(Config jmh) {
    Map<String, Map<String, Object>> scores = new TreeMap<>();
    for (Config run : jmh.getConfigList("results")) {
      Map<String, Object> counters = new TreeMap<>();
      counters.put("operations", score(run.getConfig("primaryMetric")));
      if (run.hasPath("secondaryMetrics")) {
        ConfigObject secondary = run.getObject("secondaryMetrics");
        secondary
            .keySet()
            .forEach(
                name -> counters.put(name, score(((ConfigObject) secondary.get(name)).toConfig())));
      }
      String[] names = run.getString("benchmark").split("\\.", -1);
      String name = names[names.length - 2] + "." + names[names.length - 1];
      scores.computeIfAbsent(name, n -> new TreeMap<>()).put(parameters(run), counters);
    }
    return new TreeMap<>(scores);
  }

  private static Map<String, Object> score(Config metric) {
    Map<String, Object> score = new TreeMap<>();
    score.put("score", metric.getDouble("score"));
    // JMH writes "NaN" where there were too few rounds for an interval.
    String error = metric.getString("scoreError");
    score.put("error", error.equals("NaN") ? null : Double.parseDouble(error));
    score.put("unit", metric.getString("scoreUnit"));
    return score;
  }

  private static String parameters(Config run) {
    return run.hasPath("params")
        ? new TreeMap<>(run.getObject("params").unwrapped())
            .entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining(","))
        : "";
  }
}
