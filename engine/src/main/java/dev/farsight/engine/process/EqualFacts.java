package dev.farsight.engine.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.internal.Quoted;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Facts that must be the same in all processes, in the order in which a difference is told. */
public final class EqualFacts {

  private static final String NAMES = "names";
  private static final String VALUES = "values";

  private final Map<String, String> facts = new LinkedHashMap<>();

  public EqualFacts add(String name, String value) {
    facts.put(name, value);
    return this;
  }

  public EqualFacts addAll(Map<String, String> more) {
    facts.putAll(more);
    return this;
  }

  /**
   * Compares with the other processes. All call this at the same place.
   *
   * @throws AgreedException in all processes, if there is a difference: it names the first one
   */
  public void requireEqual(Processes processes) {
    if (processes.isAlone()) {
      return;
    }
    List<Map<String, String>> all = processes.gather(json()).stream().map(EqualFacts::of).toList();
    for (int process = 1; process < all.size(); process++) {
      requireEqual(all.get(0), process, all.get(process));
    }
  }

  private static void requireEqual(Map<String, String> first, int process, Map<String, String> it) {
    if (first.equals(it)) {
      return;
    }
    var names = new LinkedHashSet<>(first.keySet());
    names.addAll(it.keySet());
    for (String name : names) {
      if (!String.valueOf(first.get(name)).equals(String.valueOf(it.get(name)))) {
        throw new AgreedException(
            "process %d has %s, process 0 has %s; all processes of a run need the same"
                .formatted(process, fact(name, it), value(first.get(name))));
      }
    }
  }

  private static String fact(String name, Map<String, String> facts) {
    return name + " = " + value(facts.get(name));
  }

  private static String value(String value) {
    return value == null ? "none" : Quoted.of(value);
  }

  private String json() {
    Map<String, Object> json =
        Map.of(NAMES, List.copyOf(facts.keySet()), VALUES, List.copyOf(facts.values()));
    return ConfigFactory.parseMap(json).root().render(ConfigRenderOptions.concise());
  }

  private static Map<String, String> of(String json) {
    Config config = ConfigFactory.parseString(json);
    List<String> names = config.getStringList(NAMES);
    List<String> values = config.getStringList(VALUES);
    Map<String, String> facts = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      facts.put(names.get(i), values.get(i));
    }
    return facts;
  }
}
