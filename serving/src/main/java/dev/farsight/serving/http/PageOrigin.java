package dev.farsight.serving.http;

import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Refuses requests that a browser sends for a web page of another origin. Such a page cannot read
 * the answer, but any page that a user opens could go back to another version on the user's own
 * machine. Programs send none of the headers that are looked at, and are let through.
 */
final class PageOrigin {

  private static final String SITE = "Sec-Fetch-Site";
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  /** Names and addresses that nobody's name server can point elsewhere. */
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(?i)(localhost|[0-9.]+|\\[[0-9a-f:.]+])(:\\d+)?");

  private PageOrigin() {}

  /**
   * @param onlyThisMachine whether anybody at this machine may send the request, but nobody else
   * @throws Refusal if it is a page's, and not one of this server
   */
  static void requireOwn(Request request, boolean onlyThisMachine) {
    HttpFields headers = request.getHeaders();
    String site = headers.get(SITE);
    String origin = headers.get(HttpHeader.ORIGIN);
    if (site == null && origin == null) {
      return;
    }
    String host = headers.get(HttpHeader.HOST);
    // Proxies may change the host that was asked, so what the browser says goes first.
    boolean own = site == null ? isOf(host, origin) : OWN_SITES.contains(site);
    if (!own) {
      throw forbidden("of another origin" + (origin == null ? "" : ", " + Quoted.of(origin) + ","));
    }
    if (onlyThisMachine && (host == null || !THIS_MACHINE.matcher(host).matches())) {
      throw forbidden("of host " + Quoted.of(String.valueOf(host)));
    }
  }

  private static boolean isOf(String host, String origin) {
    try {
      String authority = new URI(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Refusal forbidden(String which) {
    return new Refusal(
        Reason.FORBIDDEN, "a web page " + which + " may not send this request; a program may");
  }
}
