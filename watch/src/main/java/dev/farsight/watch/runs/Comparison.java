package dev.farsight.watch.runs;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.FarsightException;
import dev.farsight.pages.HtmlPage;
import dev.farsight.watch.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Several runs side by side: the settings in which they differ, their figures, and a page with
 * their curves. Immutable.
 */
public final class Comparison {

  private static final HtmlPage PAGE =
      new HtmlPage(Comparison.class, "Farsight runs", "compare.html", "compare.js");

  static final String NONE = "-";

  /** The figures that are compared, by their names in reports. */
  private static final List<String> FIGURES =
      List.of(
          "throughput.steps",
          "data.train_samples",
          "quality.auroc",
          "quality.auprc",
          "quality.logloss",
          "quality.calibration",
          "throughput.samples_per_second",
          "throughput.iterations_per_second",
          "throughput.train_seconds",
          "cache.hit_ratio",
          "cache.unique_hit_ratio",
          "cache.loaded_rows",
          "cache.written_back_rows",
          "memory.device_bytes",
          "memory.store_bytes",
          "memory.peak_rss_bytes");

  private final List<PastRun> runs;

  /**
   * @param runs at least two
   * @throws FarsightException if one has no report yet
   */
  public Comparison(List<PastRun> runs) {
    this.runs = List.copyOf(runs);
    for (PastRun run : runs) {
      if (run.report().isEmpty()) {
        throw new FarsightException(
            run.directory() + ": has no report.json: the run goes on, or has failed");
      }
    }
  }

  /**
   * A line of the comparison.
   *
   * @param name a setting below {@code farsight}, or a figure of the report
   * @param values as text, by run; {@code -} where there is none
   */
  public record Line(String name, List<String> values) {}

  /** The settings that are not the same in all runs, except where their files are. */
  public List<Line> settings() {
    List<Map<String, String>> all = runs.stream().map(Comparison::settings).toList();
    var names = new TreeSet<String>();
    all.forEach(settings -> names.addAll(settings.keySet()));
    List<Line> different = new ArrayList<>();
    for (String name : names) {
      List<String> values = all.stream().map(s -> s.getOrDefault(name, NONE)).toList();
      if (values.stream().distinct().count() > 1 && !name.equals("run.directory")) {
        different.add(new Line(name, values));
      }
    }
    return different;
  }

  /** The figures that any of the runs has; those of devices, if any has several. */
  public List<Line> figures() {
    return Stream.concat(
            FIGURES.stream()
                .map(name -> new Line(name, runs.stream().map(run -> figure(run, name)).toList())),
            new DeviceFigures(runs).lines().stream())
        .filter(line -> line.values().stream().anyMatch(value -> !value.equals(NONE)))
        .toList();
  }

  private static String figure(PastRun run, String name) {
    return run.text(name).map(Comparison::rounded).orElse(NONE);
  }

  /** With six digits, or all of a whole number. */
  static String rounded(String number) {
    var value = new BigDecimal(number);
    var shown = value.scale() <= 0 ? value : value.round(new MathContext(6));
    return String.format(Locale.ROOT, "%,." + Math.max(0, shown.scale()) + "f", shown);
  }

  /** Whether the losses of all runs are the same to the bit. */
  public boolean sameLosses() {
    return runs.stream().map(run -> run.text("loss_sha256")).distinct().count() == 1
        && runs.get(0).text("loss_sha256").isPresent();
  }

  /** The page: one file that opens offline. */
  public String html() {
    var json =
        new Json()
            .put("names", names())
            .put("same_losses", sameLosses())
            .put("settings", settings().stream().map(Comparison::json).toList())
            .put("figures", figures().stream().map(Comparison::json).toList())
            .put("curves", runs.stream().map(run -> json(run.curves())).toList());
    return PAGE.with(String.join(", ", names()), json.text());
  }

  /** The names of the runs: of their folders, or the paths where those are the same. */
  public List<String> names() {
    List<String> names = runs.stream().map(PastRun::name).toList();
    return names.stream().distinct().count() == names.size()
        ? names
        : runs.stream().map(run -> run.directory().toString()).toList();
  }

  private static Json json(Line line) {
    return new Json().put("name", line.name()).put("values", line.values());
  }

  private static Json json(Curves curves) {
    return new Json().put("training", curves.training()).put("evaluations", curves.evaluations());
  }

  private static Map<String, String> settings(PastRun run) {
    Map<String, String> settings = new LinkedHashMap<>();
    run.report()
        .orElseThrow()
        .json()
        .getConfig("config")
        .entrySet()
        .forEach(entry -> settings.put(entry.getKey(), text(entry.getValue())));
    return new TreeMap<>(settings);
  }

  private static String text(ConfigValue value) {
    return value.unwrapped() instanceof String text
        ? text
        : value.render(ConfigRenderOptions.concise());
  }
}
