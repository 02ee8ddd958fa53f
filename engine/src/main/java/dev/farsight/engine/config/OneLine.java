package dev.farsight.engine.config;

import com.typesafe.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.util.regex.Pattern;

/** Converts messages to a single line. */
final class OneLine {

  private static final Pattern UNRESOLVED =
      Pattern.compile("Could not resolve substitution to a value: \\$\\{([^?}]+)}");

  /** It says so of braces too. */
  private static final Pattern UNCLOSED =
      Pattern.compile("expecting a close parentheses '\\)' here, not: end of file");

  private OneLine() {}

  /** The message of an exception on one line; of what follows the file and line, a part. */
  static String of(Throwable e) {
    String message = withAdvice(e, String.valueOf(e.getMessage()));
    String place =
        e instanceof ConfigException c && c.origin() != null ? c.origin().description() + ": " : "";
    return message.startsWith(place)
        ? (Quoted.line(place) + " ").stripLeading() + Quoted.of(message.substring(place.length()))
        : Quoted.of(message);
  }

  /** The library's messages say what is wrong; these also what to do. */
  private static String withAdvice(Throwable e, String message) {
    var variable = UNRESOLVED.matcher(message);
    if (e instanceof ConfigException.UnresolvedSubstitution && variable.find()) {
      return variable.replaceFirst(
          "\\${$1} has no value; set it in the file or in the environment, or write \\${?$1} to leave the key out");
    }
    return UNCLOSED.matcher(message).replaceFirst("a { or [ is not closed at the end of the file");
  }
}
