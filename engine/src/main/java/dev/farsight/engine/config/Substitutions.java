package dev.farsight.engine.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.internal.Places;
import java.util.regex.Pattern;

/**
 * Gives values that come from a substitution an origin that names it: where it is written, and its
 * variable. The library tells where the variable was set, which is "env variables" for all of the
 * environment.
 */
final class Substitutions {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\??([^}]*)\\}");

  private Substitutions() {}

  /**
   * @param written the tree before substitutions were resolved
   * @param resolved the tree afterwards; it may have more keys
   */
  static ConfigObject named(ConfigValue written, ConfigObject resolved) {
    if (!(written instanceof ConfigObject section)) {
      return resolved;
    }
    ConfigObject named = resolved;
    try {
      for (String key : section.keySet()) {
        ConfigValue before = section.get(key);
        ConfigValue after = resolved.get(key);
        if (after instanceof ConfigObject below) {
          named = named.withValue(key, named(before, below));
        } else if (after != null && !isResolved(before)) {
          named = named.withValue(key, named(before, after));
        }
      }
    } catch (NotResolved e) {
      // A section that is itself a substitution: its values stand where that section does.
    }
    return named;
  }

  private static ConfigValue named(ConfigValue written, ConfigValue value) {
    String text = written.render(ConfigRenderOptions.concise());
    boolean literal = value.origin().lineNumber() >= 0 && hasAlternatives(text);
    String variables =
        VARIABLE.matcher(text).results().map(v -> "${" + v.group(1) + "}").collect(joining(", "));
    if (literal || variables.isEmpty()) {
      return value;
    }
    String description = Places.substituted(written.origin(), variables);
    return value.withOrigin(ConfigOriginFactory.newSimple(description));
  }

  /** Whether an optional substitution may have left the value as it was set before. */
  private static boolean hasAlternatives(String text) {
    return text.contains("${?");
  }

  private static boolean isResolved(ConfigValue value) {
    return value.atKey("value").isResolved();
  }
}
