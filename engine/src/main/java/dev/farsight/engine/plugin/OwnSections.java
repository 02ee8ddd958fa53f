package dev.farsight.engine.plugin;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.config.References;
import java.util.List;

/**
 * Checks that each factory has its section in a {@code reference.conf}. Without it, a key that the
 * factory asks for could not be set: it would be unknown.
 */
final class OwnSections {

  private OwnSections() {}

  /**
   * @param loaders those of the application and of the jars
   * @throws ConfigException if a factory has no section
   */
  static void require(List<Registration> registrations, List<ClassLoader> loaders) {
    Config references = References.of(loaders);
    for (Registration registration : registrations) {
      Offer offer = registration.offer();
      if (!offer.kind().section().isEmpty()
          && !hasSection(references, offer.kind().section(), offer.name())) {
        throw missing(registration);
      }
    }
  }

  private static boolean hasSection(Config references, String section, String name) {
    try {
      String path = ConfigUtil.joinPath("farsight", section, name);
      return references.hasPath(path)
          && references.getValue(path).valueType() == ConfigValueType.OBJECT;
    } catch (NotResolved e) {
      return true; // a substitution gives it
    }
  }

  private static ConfigException missing(Registration registration) {
    Offer offer = registration.offer();
    String section = ConfigUtil.joinPath("farsight", offer.kind().section(), offer.name());
    return new ConfigException(
        offer.description()
            + ": no reference.conf has the section "
            + section
            + "; add it to that of the plugin, with every key and its default, or empty: "
            + section
            + " {}");
  }
}
