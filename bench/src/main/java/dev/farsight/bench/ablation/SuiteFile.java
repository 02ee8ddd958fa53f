package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Places;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a suite: the section {@code ablation} of a configuration file, whose section {@code
 * farsight} is what all cells share. What is wrong in the section {@code ablation} itself is told
 * here; what is wrong with a value of an axis shows once it is put into a configuration.
 */
public final class SuiteFile {

  private static final String ROOT = "ablation";
  private static final List<String> OWN_KEYS = List.of("train.seed", "run.directory");

  private static final int MOST_AXES = 100;
  private static final int MOST_DAYS = 365;

  /** Each cell is checked before any runs, and held in memory: some 50 KiB. */
  static final int MOST_CELLS = 5_000;

  private final Path file;
  private final Config defaults;
  private final Settings settings;

  private SuiteFile(Path file, Config defaults, Settings settings) {
    this.file = file;
    this.defaults = defaults;
    this.settings = settings;
  }

  /**
   * @param overrides over the section {@code farsight}, as {@code cache.size=5%}
   * @throws ConfigException if the file is no suite
   */
  public static Suite read(Path file, List<String> overrides) {
    FarsightConfig base = FarsightConfig.ofFile(file);
    Config defaults = ConfigFactory.parseResources(SuiteFile.class, "suite.conf");
    if (!(base.beside(ROOT) instanceof ConfigObject section)) {
      throw new ConfigException(
          file + ": no section ablation { axes { ... } }: not a suite (docs/ablation.md)");
    }
    requireSeedsInSuite(base, section, overrides);
    var settings = Settings.of(ROOT, section.toConfig().withFallback(defaults));
    try {
      return new SuiteFile(file, defaults, settings).suite(base.set(overrides), overrides);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(file + ": ablation: " + Quoted.of(e.getMessage()), e);
    }
  }

  /** A seed that the suite's own would replace without a word. */
  private static void requireSeedsInSuite(
      FarsightConfig base, ConfigObject section, List<String> overrides) {
    boolean overridden = FarsightConfig.defaults().set(overrides).sets("train.seed");
    if (overridden || (base.sets("train.seed") && !section.containsKey("seeds"))) {
      throw new ConfigException(
          (overridden ? "--set train.seed" : base.place("train.seed") + "farsight.train.seed")
              + ": is set by the suite; list seeds in ablation.seeds");
    }
  }

  private Suite suite(FarsightConfig base, List<String> overrides) {
    settings.config().root().forEach(this::checkKey);
    List<Axis> axes = axes(overrides);
    boolean grid = settings.choice("mode", List.of("grid", "one-factor")).equals("grid");
    List<Long> seeds = seeds();
    int repeats = settings.integer("repeats", 1, 1000);
    requireFew(axes, grid, (long) seeds.size() * repeats);
    Combination baseline = baseline(axes);
    List<Map<String, String>> excluded = excluded(axes);
    var combinations =
        (grid ? Combination.grid(axes) : baseline.oneFactor())
            .stream().filter(combination -> !combination.hasAnyOf(excluded)).toList();
    if (combinations.isEmpty()) {
      throw settings.bad("exclude", "leaves nothing");
    }
    return new Suite(
        file,
        name(),
        settings.optionalString("title").orElse(""),
        base,
        axes,
        baseline,
        combinations,
        seeds,
        repeats,
        WarmUp.of(settings, "warm-up"),
        timeLimit(),
        settings.bool("bound"));
  }

  private void checkKey(String key, ConfigValue value) {
    if (!defaults.root().containsKey(key)) {
      throw new ConfigException(
          place(value)
              + "unknown key ablation."
              + Quoted.of(key)
              + Nearest.to(key, defaults.root().keySet())
                  .map(near -> "; did you mean ablation." + near + "?")
                  .orElse(""));
    }
  }

  private String name() {
    if (settings.has("name") && settings.string("name").isBlank()) {
      throw settings.bad("name", "is empty");
    }
    return settings.optionalString("name").orElseGet(this::fileName);
  }

  private String fileName() {
    return file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
  }

  /** Refuses a suite that nobody means before anything of its size is made. */
  private void requireFew(List<Axis> axes, boolean grid, long runs) {
    double combinations = grid ? 1 : 1 - axes.size();
    for (Axis axis : axes) {
      int values = axis.values().size();
      combinations = grid ? combinations * values : combinations + values;
    }
    if (combinations * runs > MOST_CELLS) {
      throw settings.bad(
          "axes",
          String.format(
              Locale.ROOT,
              "makes %,.0f cells with all seeds and repeats; at most %,d are possible, those of exclude counted",
              combinations * runs,
              MOST_CELLS));
    }
  }

  private Duration timeLimit() {
    try {
      Duration limit = settings.config().getDuration("time-limit");
      if (limit.compareTo(Duration.ofSeconds(1)) >= 0 && limit.toDays() <= MOST_DAYS) {
        return limit;
      }
    } catch (com.typesafe.config.ConfigException | ArithmeticException e) {
      // Told below, with file and line.
    }
    throw settings.bad("time-limit", "is not a time from 1 second to 365 days, such as 10 minutes");
  }

  private List<Long> seeds() {
    var seeds = new ArrayList<Long>();
    for (int seed : settings.integers("seeds", Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      seeds.add((long) seed);
    }
    if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size()) {
      throw settings.bad("seeds", "is not a list of different seeds");
    }
    return seeds;
  }

  /** In the order of the file. */
  private List<Axis> axes(List<String> overrides) {
    if (!(settings.config().root().get("axes") instanceof ConfigObject section)) {
      throw settings.bad("axes", "is not a section of keys with lists of values");
    }
    Map<String, ConfigValue> leaves = new LinkedHashMap<>();
    collect(List.of(), section, leaves);
    if (leaves.size() > MOST_AXES) {
      throw settings.bad("axes", "has " + leaves.size() + " keys, of at most " + MOST_AXES);
    }
    var axes = new ArrayList<Axis>();
    leaves.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, ConfigValue> leaf) -> leaf.getValue().origin().lineNumber())
                .thenComparing(Map.Entry::getKey))
        .forEach(leaf -> axes.add(axis(leaf.getKey(), leaf.getValue(), overrides)));
    if (axes.isEmpty()) {
      throw settings.bad("axes", "names no key with a list of values");
    }
    return axes;
  }

  private static void collect(
      List<String> path, ConfigObject section, Map<String, ConfigValue> leaves) {
    section.forEach(
        (key, value) -> {
          var below = new ArrayList<>(path);
          below.add(key);
          if (value instanceof ConfigObject deeper) {
            collect(below, deeper, leaves);
          } else {
            leaves.put(ConfigUtil.joinPath(below), value);
          }
        });
  }

  private static Axis axis(String key, ConfigValue value, List<String> overrides) {
    String where = place(value) + "ablation.axes." + Quoted.of(key);
    List<ConfigValue> values = value instanceof ConfigList list ? list : List.of(value);
    var axis = new Axis(key, values);
    if (key.startsWith("farsight.")) {
      throw new ConfigException(where + ": write keys of axes without farsight.");
    }
    if (OWN_KEYS.contains(key)) {
      String instead = key.equals("train.seed") ? "; list seeds in ablation.seeds" : "";
      throw new ConfigException(where + ": is set by the suite" + instead);
    }
    if (values.isEmpty()) {
      throw new ConfigException(where + " has no values");
    }
    for (int v = 0; v < values.size(); v++) {
      if (axis.indexOf(axis.label(v)) < v) {
        throw new ConfigException(where + " has " + Quoted.of(axis.label(v)) + " twice");
      }
    }
    FarsightConfig overridden = FarsightConfig.defaults().set(overrides);
    for (String set : axis.keys()) {
      if (overridden.sets(set)) {
        throw new ConfigException("--set " + set + ": is an axis of this suite");
      }
    }
    return axis;
  }

  private Combination baseline(List<Axis> axes) {
    Map<String, String> named = values("baseline", settings.config().root().get("baseline"), axes);
    var choice =
        axes.stream()
            .map(axis -> Optional.ofNullable(named.get(axis.key())).map(axis::indexOf).orElse(0))
            .toList();
    return new Combination(axes, choice);
  }

  private List<Map<String, String>> excluded(List<Axis> axes) {
    if (!(settings.config().root().get("exclude") instanceof ConfigList list)) {
      throw settings.bad("exclude", "is not a list of { key = value, ... }");
    }
    if (list.size() > MOST_CELLS) {
      throw settings.bad("exclude", "has " + list.size() + " entries, of at most " + MOST_CELLS);
    }
    return list.stream().map(values -> values("exclude", values, axes)).toList();
  }

  /** Values of axes, by key, each of which its axis has. */
  private Map<String, String> values(String what, ConfigValue given, List<Axis> axes) {
    if (!(given instanceof ConfigObject section)) {
      throw new ConfigException(place(given) + "ablation." + what + ": write { key = value, ... }");
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Axis axis : axes) {
      if (section.toConfig().hasPath(axis.key())) {
        ConfigValue value = section.toConfig().getValue(axis.key());
        String label = Axis.label(value);
        if (axis.indexOf(label) < 0) {
          throw new ConfigException(
              "%sablation.%s.%s: %s is not a value of the axis%s (there are %s)"
                  .formatted(
                      place(value),
                      what,
                      axis.key(),
                      Quoted.of(label),
                      Nearest.question(label, axis.labels()),
                      Quoted.of(String.join(", ", axis.labels()))));
        }
        values.put(axis.key(), label);
      }
    }
    checkNamed(what, section, axes);
    return values;
  }

  private static void checkNamed(String what, ConfigObject section, List<Axis> axes) {
    List<String> keys = axes.stream().map(Axis::key).toList();
    Map<String, ConfigValue> leaves = new LinkedHashMap<>();
    collect(List.of(), section, leaves);
    leaves.forEach(
        (key, value) -> {
          if (keys.stream().noneMatch(axis -> key.equals(axis) || key.startsWith(axis + "."))) {
            throw new ConfigException(
                "%sablation.%s.%s is no axis of this suite%s"
                    .formatted(place(value), what, Quoted.of(key), Nearest.question(key, keys)));
          }
        });
  }

  private static String place(ConfigValue value) {
    return Places.of(value.origin());
  }
}
