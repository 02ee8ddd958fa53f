package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Outlook;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.plugin.Components;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cells of a suite in the order in which they run, and the combinations that cannot. Every
 * combination takes its turn before any is repeated, so that a machine whose speed drifts is unfair
 * to none.
 *
 * <p>A value that is wrong in every combination is a mistake in the suite, and an error. A
 * combination of values that are fine elsewhere, and one that this host cannot run, are left out.
 */
public final class Schedule {

  /** Keys of files and folders that belong to one run. */
  private static final Map<String, String> OWN_FILES =
      Map.of("checkpoint", "directory", "storage.ssd", "path", "compute.jcuda.timeline", "file");

  private final Suite suite;
  private final Components components;
  private final List<ClassLoader> loaders;
  private final Map<String, DataView> views = new HashMap<>();
  private final Map<Combination, ConfigException> wrong = new LinkedHashMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();

  private Schedule(Suite suite, Components components, List<ClassLoader> loaders) {
    this.suite = suite;
    this.components = components;
    this.loaders = loaders;
  }

  /**
   * Checks every combination as {@code farsight check} would.
   *
   * @param loaders where the {@code reference.conf} files are
   * @throws ConfigException for a value that is wrong wherever it is used
   */
  public static Schedule of(Suite suite, Components components, List<ClassLoader> loaders) {
    var schedule = new Schedule(suite, components, loaders);
    schedule.check();
    return schedule;
  }

  /** In the order in which they run. */
  List<Cell> cells() {
    return List.copyOf(cells);
  }

  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  private void check() {
    Map<Combination, Cell> fit = new LinkedHashMap<>();
    for (Combination combination : suite.combinations()) {
      try {
        fit.put(combination, fit(combination));
      } catch (ConfigException e) {
        wrong.put(combination, e);
        leftOut.add(new LeftOut(combination, e.getMessage()));
      } catch (FarsightException e) {
        leftOut.add(new LeftOut(combination, e.getMessage()));
      }
    }
    failForWrongValues();
    if (fit.isEmpty()) {
      throw new FarsightException(
          "no combination can run here; the first: " + leftOut.get(0).reason());
    }
    for (int repeat = 1; repeat <= suite.repeats(); repeat++) {
      for (long seed : suite.seeds()) {
        for (Cell first : fit.values()) {
          cells.add(with(first, seed, repeat));
        }
      }
    }
  }

  /** The first cell of a combination, if it can run. */
  private Cell fit(Combination combination) {
    Config config = config(combination, suite.seeds().get(0));
    var farsight = Settings.of("farsight", config);
    SettingsCheck.of(farsight, components);
    OWN_FILES.forEach((section, key) -> requireUnset(farsight, section, key));
    var here = components.compute(farsight).probe();
    DataView data = view(farsight);
    Outlook outlook = Outlook.of(config, components, data.schema());
    if (!here.available()) {
      throw new FarsightException(
          "%s cannot run here: %s".formatted(components.compute(farsight).name(), here.detail()));
    }
    outlook
        .cache()
        .tooSmallFor(data.first())
        .ifPresent(
            problem -> {
              throw new FarsightException(problem);
            });
    return new Cell(
        combination,
        suite.seeds().get(0),
        1,
        config,
        outlook,
        data.trainSamples(),
        data.evalSamples(),
        data.lookupsPerSample());
  }

  /** What all cells would write to, one over the other. */
  private static void requireUnset(Settings farsight, String section, String key) {
    Settings settings = farsight;
    for (String name : section.split("\\.", -1)) {
      settings = settings.section(name);
    }
    if (settings.has(key)) {
      throw settings.bad(
          key,
          "would be shared by all cells; leave it unset: each has its own in the suite's folder (--out)");
    }
  }

  private Cell with(Cell first, long seed, int repeat) {
    return new Cell(
        first.combination(),
        seed,
        repeat,
        config(first.combination(), seed),
        first.outlook(),
        first.trainSamples(),
        first.evalSamples(),
        first.lookupsPerSample());
  }

  /** The whole configuration of a cell, without what only its process knows. */
  private Config config(Combination combination, long seed) {
    var user = combination.over(suite.base().set("train.seed=" + seed));
    user = user.sets("model.save") ? user : user.set("model.save=false");
    if (!user.sets("report.warm-up")) {
      var data = Settings.of("farsight", user.resolve(loaders)).section("data");
      long steps = suite.warmUp().steps(data.integer("batch-size", 1, 1 << 24));
      user = user.set("report.warm-up=" + steps);
    }
    Config whole = user.resolve(loaders).withoutPath("run");
    return user.sets("plugins.path") ? whole : whole.withoutPath("plugins");
  }

  private DataView view(Settings farsight) {
    String data = Cell.json(farsight.section("data").config());
    return views.computeIfAbsent(data, key -> DataView.of(farsight, components));
  }

  /** The first value, in the order of the file, with which nothing has a right configuration. */
  private void failForWrongValues() {
    for (int a = 0; a < suite.axes().size(); a++) {
      for (int v = 0; v < suite.axes().get(a).values().size(); v++) {
        int axis = a;
        int value = v;
        var with =
            suite.combinations().stream()
                .filter(combination -> combination.choice().get(axis) == value)
                .toList();
        if (!with.isEmpty() && wrong.keySet().containsAll(with)) {
          throw wrong.get(with.get(0));
        }
      }
    }
  }
}
