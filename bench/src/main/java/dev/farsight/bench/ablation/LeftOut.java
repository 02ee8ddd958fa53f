package dev.farsight.bench.ablation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A combination that cannot run here, and why. */
record LeftOut(Combination combination, String reason) {

  /** A line for each reason, with the values that all combinations of that reason share. */
  static List<String> byReason(List<LeftOut> all) {
    Map<String, List<Combination>> reasons =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    LeftOut::reason,
                    LinkedHashMap::new,
                    Collectors.mapping(LeftOut::combination, Collectors.toList())));
    return reasons.entrySet().stream()
        .map(
            reason ->
                String.format(
                    Locale.ROOT,
                    "left out: %d with %s: %s",
                    reason.getValue().size(),
                    shared(reason.getValue()),
                    reason.getKey()))
        .toList();
  }

  private static String shared(List<Combination> combinations) {
    Map<String, String> shared = new LinkedHashMap<>(combinations.get(0).labels());
    combinations.forEach(other -> shared.entrySet().retainAll(other.labels().entrySet()));
    return shared.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining(" "));
  }
}
