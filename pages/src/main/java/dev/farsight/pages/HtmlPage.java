package dev.farsight.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of results in one file that opens offline, in any browser: figures as JSON, and scripts
 * that show them. Pages share all but their body and their scripts: {@code page.html} around the
 * body, {@code page.css}, and the functions of {@code common.js}. Chart.js, which draws the charts,
 * comes from its Maven artifact, out of which the build takes the one file.
 */
public final class HtmlPage {

  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z.]+)}}");

  private final Class<?> owner;
  private final String kind;
  private final String body;
  private final List<String> scripts;

  /**
   * @param owner the class beside whose package the page's own resources are
   * @param kind what the results are of, behind the title
   * @param body the resource with what is between {@code <body>} and the scripts
   * @param scripts each uses what those before it define
   */
  public HtmlPage(Class<?> owner, String kind, String body, String... scripts) {
    this.owner = owner;
    this.kind = kind;
    this.body = body;
    this.scripts = List.of(scripts);
  }

  /**
   * The page with figures.
   *
   * @param json what the scripts read
   */
  public String with(String title, String json) {
    Map<String, String> parts =
        Map.of(
            "title", escape(title),
            "kind", escape(kind),
            "style", resource(HtmlPage.class, "page.css"),
            "body", resource(owner, body),
            "chart.js", resource(HtmlPage.class, "chart.umd.min.js"),
            // Within a script, "</" would end it.
            "data", json.replace("</", "<\\/"),
            "script", script());
    return PLACE
        .matcher(resource(HtmlPage.class, "page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
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
