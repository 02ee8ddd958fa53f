package dev.farsight.bench.ablation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code report.html}: one file that opens offline, in any browser. Page, style and script are
 * resources of this package; Chart.js, which draws the charts, comes from its Maven artifact, out
 * of which the build takes the one file.
 */
final class HtmlReport {

  /** Each uses what those before it define. */
  private static final List<String> SCRIPTS =
      List.of("figures.js", "charts.js", "explorer.js", "tables.js", "report.js");

  private HtmlReport() {}

  /**
   * @param json the results
   */
  static String of(String title, String json) {
    return resource("report.html")
        .replace("{{title}}", escape(title))
        .replace("{{style}}", resource("report.css"))
        .replace("{{chart.js}}", resource("chart.umd.min.js"))
        // Within a script, "</" would end it.
        .replace("{{data}}", json.replace("</", "<\\/"))
        .replace("{{script}}", script());
  }

  private static String script() {
    return SCRIPTS.stream().map(HtmlReport::resource).collect(Collectors.joining("\n"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (var in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
