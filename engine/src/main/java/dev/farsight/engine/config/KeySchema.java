package dev.farsight.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.ConfigException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The legal keys: those of the merged {@code reference.conf} files, {@code null} where there is no
 * default. A key {@code "*"} there stands for any name at its place, and what is below it for the
 * keys and defaults of each name.
 */
final class KeySchema {

  private static final String ANY = "*";

  private final String root;
  private final ConfigObject reference;

  /** Without the root. */
  private final TreeSet<String> paths = new TreeSet<>();

  /**
   * @param root the name of the tree, for messages
   * @param reference the resolved tree of the reference files
   */
  KeySchema(String root, ConfigObject reference) {
    this.root = root;
    this.reference = reference;
    collect(List.of(), reference);
  }

  private void collect(List<String> path, ConfigObject object) {
    object.forEach(
        (key, value) -> {
          if (!key.equals(ANY)) {
            var below = append(path, key);
            paths.add(render(below));
            if (value instanceof ConfigObject section) {
              collect(below, section);
            }
          }
        });
  }

  /** The sections directly below the root. */
  boolean hasSection(String name) {
    return reference.containsKey(name);
  }

  /**
   * Checks a tree that has the reference as its fallback.
   *
   * @return the tree with the defaults of free names filled in, and without {@code "*"}
   * @throws ConfigException at the first unknown key, or section where a value belongs
   */
  ConfigObject check(ConfigObject tree) {
    var complaints = new ArrayList<Complaint>();
    ConfigObject checked = check(List.of(root), tree, reference, complaints);
    complaints.stream()
        .min(Comparator.comparing(Complaint::file).thenComparing(Complaint::line))
        .ifPresent(
            first -> {
              throw new ConfigException(place(first.origin) + first.text);
            });
    return checked;
  }

  private ConfigObject check(
      List<String> path, ConfigObject tree, ConfigObject schema, List<Complaint> complaints) {
    ConfigValue any = schema.get(ANY);
    Map<String, ConfigValue> checked = new TreeMap<>();
    tree.forEach(
        (key, value) -> {
          var below = append(path, key);
          ConfigValue legal = schema.containsKey(key) ? schema.get(key) : any;
          if (key.equals(ANY)) {
            if (any == null || !value.origin().equals(any.origin())) {
              complaints.add(
                  complaint(value, render(path) + ": \"*\" is not a name that can be set"));
            }
          } else if (legal == null) {
            complaints.add(
                complaint(value, "unknown key " + render(below) + hint(path, key, schema)));
          } else if (legal instanceof ConfigObject section) {
            if (value instanceof ConfigObject given) {
              boolean free = !schema.containsKey(key);
              var whole = free ? given.withFallback(tree.get(ANY)) : given;
              checked.put(key, check(below, whole, section, complaints));
            } else {
              complaints.add(complaint(value, wantsSection(below, value, section)));
            }
          } else if (value.valueType() == ConfigValueType.OBJECT) {
            complaints.add(
                complaint(value, render(below) + " takes a value; it has no keys of its own"));
          } else {
            checked.put(key, value);
          }
        });
    return ConfigValueFactory.fromMap(checked).withOrigin(tree.origin());
  }

  private static String wantsSection(List<String> path, ConfigValue value, ConfigObject section) {
    var keys = new TreeSet<>(section.keySet());
    keys.remove(ANY);
    return render(path)
        + ": "
        + value.render(ConfigRenderOptions.concise())
        + " given for a section"
        + (keys.isEmpty() ? "" : "; it has the keys " + String.join(", ", keys));
  }

  /** Looks beside the unknown key first, then everywhere, then for the same key elsewhere. */
  private String hint(List<String> path, String key, ConfigObject schema) {
    var beside = new TreeSet<>(schema.keySet());
    beside.remove(ANY);
    Optional<String> meant = Nearest.to(key, beside).map(name -> render(append(path, name)));
    if (meant.isEmpty()) {
      String wanted = render(append(path.subList(1, path.size()), key));
      meant =
          Nearest.to(wanted, paths)
              .or(() -> paths.stream().filter(legal -> legal.endsWith("." + key)).findFirst())
              .map(legal -> root + "." + legal);
    }
    return meant.map(name -> "; did you mean " + name + "?").orElse("");
  }

  private record Complaint(ConfigOrigin origin, String text) {

    String file() {
      return origin.description().replaceFirst(": \\d+(-\\d+)?$", "");
    }

    int line() {
      return origin.lineNumber();
    }
  }

  private static Complaint complaint(ConfigValue value, String text) {
    return new Complaint(origin(value), text);
  }

  /** Where a value was written; the first place below it when it was merged from several. */
  private static ConfigOrigin origin(ConfigValue value) {
    if (value.origin().lineNumber() < 0 && value instanceof ConfigObject object) {
      return object.values().stream()
          .map(KeySchema::origin)
          .filter(origin -> origin.lineNumber() >= 0)
          .min(Comparator.comparing(ConfigOrigin::lineNumber))
          .orElse(value.origin());
    }
    return value.origin();
  }

  static String place(ConfigOrigin origin) {
    String where = origin.description();
    return origin.lineNumber() >= 0 || where.startsWith("--set ") ? where + ": " : "";
  }

  private static List<String> append(List<String> path, String key) {
    var longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }

  private static String render(List<String> path) {
    return ConfigUtil.joinPath(path);
  }
}
