package dev.farsight.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Places;
import dev.farsight.api.internal.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The known keys: those of the merged {@code reference.conf} files. Keys without a default are
 * {@code null} there. A key {@code "*"} stands for any name; the section below it has the keys and
 * defaults of each such name. Immutable.
 */
final class KeySchema {

  private static final String ANY = "*";
  private static final int MOST_LISTED = 12;

  /** Lines at the end of an origin. */
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");

  private final String root;
  private final ConfigObject reference;

  /** All known keys, without the root. */
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

  /** Whether there is a key of this name directly below the root. */
  boolean hasSection(String name) {
    return reference.containsKey(name);
  }

  /**
   * Checks a tree that was merged with the reference tree.
   *
   * @return the tree without {@code "*"}, with the defaults for the names that {@code "*"} stands
   *     for
   * @throws ConfigException for the first unknown key, section in place of a value, or value in
   *     place of a section
   */
  ConfigObject check(ConfigObject tree) {
    var complaints = new ArrayList<Complaint>();
    ConfigObject checked = check(List.of(root), tree, reference, complaints);
    complaints.stream()
        .min(Comparator.comparing(Complaint::file).thenComparing(Complaint::line))
        .ifPresent(
            first -> {
              throw new ConfigException(Places.of(first.origin) + first.text.get());
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
          ConfigValue known = schema.containsKey(key) ? schema.get(key) : any;
          if (key.equals(ANY)) {
            if (any == null || !value.origin().equals(any.origin())) {
              complaints.add(
                  complaint(value, () -> render(path) + ": \"*\" is not a name that can be set"));
            }
          } else if (known == null) {
            complaints.add(complaint(value, () -> unknown(path, key, schema)));
          } else if (known instanceof ConfigObject section) {
            if (value instanceof ConfigObject given) {
              boolean anyName = !schema.containsKey(key);
              var merged = anyName ? given.withFallback(tree.get(ANY)) : given;
              checked.put(key, check(below, merged, section, complaints));
            } else {
              complaints.add(complaint(value, () -> sectionExpected(below, value, section)));
            }
          } else if (value.valueType() == ConfigValueType.OBJECT) {
            complaints.add(
                complaint(value, () -> render(below) + ": expected a value, not a section"));
          } else {
            checked.put(key, value);
          }
        });
    return ConfigValueFactory.fromMap(checked).withOrigin(tree.origin());
  }

  private static String sectionExpected(
      List<String> path, ConfigValue value, ConfigObject section) {
    return render(path)
        + ": expected a section, not "
        + Quoted.of(value.render(ConfigRenderOptions.concise()))
        + keys("; its keys are ", section);
  }

  private String unknown(List<String> path, String key, ConfigObject schema) {
    return "unknown key "
        + Quoted.of(render(append(path, key)))
        + hint(path, key, schema)
        + keys(" (keys of " + render(path) + ": ", schema)
        + (names(schema).isEmpty() ? "" : ")");
  }

  /** The keys of a section, or the first of many; empty if it has none. */
  private static String keys(String head, ConfigObject section) {
    List<String> names = names(section);
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - MOST_LISTED;
    return head
        + String.join(", ", names.subList(0, Math.min(names.size(), MOST_LISTED)))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static List<String> names(ConfigObject section) {
    return section.keySet().stream().filter(name -> !name.equals(ANY)).sorted().toList();
  }

  /**
   * Suggests a key: a similar key in the same section, else a similar path, else the same key in
   * another section.
   */
  private String hint(List<String> path, String key, ConfigObject schema) {
    var siblings = new TreeSet<>(schema.keySet());
    siblings.remove(ANY);
    Optional<String> meant = Nearest.to(key, siblings).map(name -> render(append(path, name)));
    if (meant.isEmpty()) {
      String unknownPath = render(append(path.subList(1, path.size()), key));
      meant =
          Nearest.to(unknownPath, paths)
              .or(() -> paths.stream().filter(known -> known.endsWith("." + key)).findFirst())
              .map(known -> root + "." + known);
    }
    return meant.map(name -> "; did you mean " + name + "?").orElse("");
  }

  /**
   * What is wrong with a value. There may be as many as the file has keys, and one is reported.
   *
   * @param file the file of the value
   * @param text made when it is needed: the search for similar keys takes longer than all else
   */
  private record Complaint(ConfigOrigin origin, String file, Supplier<String> text) {

    int line() {
      return origin.lineNumber();
    }
  }

  private static Complaint complaint(ConfigValue value, Supplier<String> text) {
    ConfigOrigin origin = origin(value);
    return new Complaint(origin, LINES.matcher(origin.description()).replaceFirst(""), text);
  }

  /** The origin of a value. For a section merged from several places: the first origin in it. */
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

  private static List<String> append(List<String> path, String key) {
    var longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }

  private static String render(List<String> path) {
    return ConfigUtil.joinPath(path);
  }
}
