package dev.farsight.bench.page;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes {@code docs/performance.md}: the text is that of {@code docs/performance.template.md}, its
 * figures those of {@code docs/results}. In the template
 *
 * <pre>
 * {{planner command}}                      the text at "command" of docs/results/planner.json
 * {{gpu step_ms.tf32 %.2f}}                the number there
 * {{planner lookups.score %.1f / 1e6}}     divided
 * {{gpu runs.all all %.0f}}                all numbers of a list
 * {{gpu runs.all median %.0f}}             their median
 * </pre>
 */
public final class PerformancePage {

  private static final Pattern FIGURE =
      Pattern.compile(
          "\\{\\{(\\S+) ((?:[^\\s\"]|\"[^\"]*\")+)(?: (all|median))?(?: (%\\S+))?(?: / (\\S+))?\\}\\}");

  private final Path docs;
  private final Map<String, Config> results = new HashMap<>();

  private PerformancePage(Path docs) {
    this.docs = docs;
  }

  /**
   * @param args the folder docs
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: PerformancePage DOCS");
      System.exit(2);
    }
    Path docs = Path.of(args[0]);
    Files.writeString(docs.resolve("performance.md"), of(docs));
  }

  /** The page that a folder docs leads to. */
  static String of(Path docs) throws IOException {
    String template = Files.readString(docs.resolve("performance.template.md"));
    var page = new PerformancePage(docs);
    Matcher figures = FIGURE.matcher(template);
    String text = figures.replaceAll(figure -> Matcher.quoteReplacement(page.text(figure)));
    if (text.contains("{{")) {
      throw new IllegalArgumentException(
          "performance.template.md: not understood: "
              + text.substring(text.indexOf("{{")).lines().findFirst().orElse(""));
    }
    return text;
  }

  private String text(MatchResult parts) {
    Config file = results.computeIfAbsent(parts.group(1), this::read);
    String path = parts.group(2);
    if (!file.hasPath(path)) {
      throw new IllegalArgumentException(
          "performance.template.md: " + parts.group() + ": nothing at " + path + " in that file");
    }
    if (parts.group(4) == null) {
      return file.getString(path);
    }
    double divisor = parts.group(5) == null ? 1 : Double.parseDouble(parts.group(5));
    if ("all".equals(parts.group(3))) {
      return file.getDoubleList(path).stream()
          .map(number -> format(parts.group(4), number / divisor))
          .collect(Collectors.joining(" · "));
    }
    double number =
        "median".equals(parts.group(3)) ? median(file.getDoubleList(path)) : file.getDouble(path);
    return format(parts.group(4), number / divisor);
  }

  private static String format(String format, double number) {
    return String.format(Locale.ROOT, format, number);
  }

  private static double median(List<Double> numbers) {
    List<Double> sorted = numbers.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  private Config read(String name) {
    Path file = docs.resolve("results").resolve(name + ".json");
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("performance.template.md: there is no " + file);
    }
    return ConfigFactory.parseFile(file.toFile());
  }
}
