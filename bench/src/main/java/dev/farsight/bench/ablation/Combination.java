package dev.farsight.bench.ablation;

import dev.farsight.engine.config.FarsightConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One value of each axis. Immutable.
 *
 * @param choice for each axis, which of its values
 */
record Combination(List<Axis> axes, List<Integer> choice) {

  Combination {
    axes = List.copyOf(axes);
    choice = List.copyOf(choice);
  }

  /** All of them, the last axis changing fastest. */
  static List<Combination> grid(List<Axis> axes) {
    List<List<Integer>> choices = List.of(List.of());
    for (Axis axis : axes) {
      var longer = new ArrayList<List<Integer>>();
      for (List<Integer> choice : choices) {
        for (int v = 0; v < axis.values().size(); v++) {
          var with = new ArrayList<>(choice);
          with.add(v);
          longer.add(with);
        }
      }
      choices = longer;
    }
    return choices.stream().map(choice -> new Combination(axes, choice)).toList();
  }

  /** This one first, then those that differ from it in one axis. */
  List<Combination> oneFactor() {
    var all = new ArrayList<>(List.of(this));
    for (int a = 0; a < axes.size(); a++) {
      for (int v = 0; v < axes.get(a).values().size(); v++) {
        if (v != choice.get(a)) {
          var other = new ArrayList<>(choice);
          other.set(a, v);
          all.add(new Combination(axes, other));
        }
      }
    }
    return all;
  }

  /** The values as people read them, by key, in the order of the axes. */
  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int a = 0; a < axes.size(); a++) {
      labels.put(axes.get(a).key(), axes.get(a).label(choice.get(a)));
    }
    return labels;
  }

  /** {@code cache.policy=lru cache.size=1%}. */
  String text() {
    return labels().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Whether it has all values of one of these sets. */
  boolean hasAnyOf(List<Map<String, String>> sets) {
    var own = labels().entrySet();
    return sets.stream().anyMatch(values -> own.containsAll(values.entrySet()));
  }

  /** A configuration with these values over it. */
  FarsightConfig over(FarsightConfig base) {
    FarsightConfig config = base;
    for (int a = 0; a < axes.size(); a++) {
      config = config.with(axes.get(a).key(), axes.get(a).values().get(choice.get(a)));
    }
    return config;
  }
}
