package dev.farsight.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of results in one file that opens offline, in any browser: figures as JSON, and scripts
 * that show them. Pages share their style and the functions of {@code common.js}; Chart.js, which
 * draws the charts, comes from its Maven artifact, out of which the build takes the one file.
 */
public final class HtmlPage {

  private final Class<?> owner;
  private final String page;
  private final List<String> scripts;

  /**
   * @param owner the class beside whose package the page's own resources are
   * @param page the HTML
   * @param scripts each uses what those before it define
   */
  public HtmlPage(Class<?> owner, String page, String... scripts) {
    this.owner = owner;
    this.page = page;
    this.scripts = List.of(scripts);
  }

  /**
   * The page with figures.
   *
   * @param json what the scripts read
   */
  public String with(String title, String json) {
    return resource(owner, page)
        .replace("{{title}}", escape(title))
        .replace("{{style}}", resource(HtmlPage.class, "page.css"))
        .replace("{{chart.js}}", resource(HtmlPage.class, "chart.umd.min.js"))
        // Within a script, "</" would end it.
        .replace("{{data}}", json.replace("</", "<\\/"))
        .replace("{{script}}", script());
  }

  private String script() {
    return Stream.concat(
            Stream.of(resource(HtmlPage.class, "common.js")),
            scripts.stream().map(name -> resource(owner, name)))
        .collect(Collectors.joining("\n"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(Class<?> beside, String name) {
    try (var in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
