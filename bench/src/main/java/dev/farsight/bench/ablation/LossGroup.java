package dev.farsight.bench.ablation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Cells that differ in nothing that a loss may depend on: same seed, data, model, optimizer and
 * compute backend, whatever their policy, cache size, look-ahead and storage. Their losses must be
 * the same to the bit; those whose losses are not those of most others deviate.
 *
 * @param sha256 what most of them have; the first among equals
 * @param deviating those with another
 */
record LossGroup(long seed, String sha256, List<CellResult> cells, List<CellResult> deviating) {

  /** In the order of their first cells. */
  static List<LossGroup> of(List<CellResult> results) {
    Map<String, List<CellResult>> groups = new LinkedHashMap<>();
    for (CellResult result : results) {
      if (result.done()) {
        groups
            .computeIfAbsent(result.cell().modelDigest(), digest -> new ArrayList<>())
            .add(result);
      }
    }
    return groups.values().stream().map(LossGroup::group).toList();
  }

  private static LossGroup group(List<CellResult> cells) {
    Map<String, Long> votes =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    CellResult::lossSha256, LinkedHashMap::new, Collectors.counting()));
    String sha256 = cells.get(0).lossSha256();
    for (var vote : votes.entrySet()) {
      sha256 = vote.getValue() > votes.get(sha256) ? vote.getKey() : sha256;
    }
    String most = sha256;
    return new LossGroup(
        cells.get(0).cell().seed(),
        most,
        List.copyOf(cells),
        cells.stream().filter(cell -> !cell.lossSha256().equals(most)).toList());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new TreeMap<>();
    json.put("seed", seed);
    json.put("loss_sha256", sha256);
    json.put("cells", cells.stream().map(result -> result.cell().id()).toList());
    json.put(
        "deviating",
        deviating.stream()
            .map(result -> result.cell().id())
            .sorted(Comparator.naturalOrder())
            .toList());
    return json;
  }
}
