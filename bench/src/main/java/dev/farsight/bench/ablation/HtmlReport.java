package dev.farsight.bench.ablation;

import dev.farsight.pages.HtmlPage;

/** {@code report.html}: one file that opens offline, in any browser. */
final class HtmlReport {

  private static final HtmlPage PAGE =
      new HtmlPage(
          HtmlReport.class,
          "Farsight ablation",
          "report.html",
          "figures.js",
          "charts.js",
          "explorer.js",
          "tables.js",
          "report.js");

  private HtmlReport() {}

  /**
   * @param json the results
   */
  static String of(String title, String json) {
    return PAGE.with(title, json);
  }
}
