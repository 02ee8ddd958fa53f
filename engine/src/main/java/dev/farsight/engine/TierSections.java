package dev.farsight.engine;

import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreStats;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.tier.TierStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the report tells of the tiers below the device. */
final class TierSections {

  private static final String TIER = "tier";
  private static final String READ_ROWS = "read_rows";
  private static final String READ_HITS = "read_hits";
  private static final String READ_HIT_RATIO = "read_hit_ratio";

  private TierSections() {}

  /** The tiers below the device, fastest first. */
  static List<Map<String, Object>> of(Session session) {
    List<Map<String, Object>> tiers = new ArrayList<>();
    RowStore store = session.store();
    if (session.ramTier() != null) {
      tiers.add(ramTier(session.ramTier().tierStats()));
      store = session.ramTier().below();
    }
    StoreStats stats = store.stats();
    Map<String, Object> bottom = new LinkedHashMap<>();
    bottom.put(TIER, session.settings().farsight().section("storage").string("backend"));
    bottom.put("bytes", stats.bytes());
    bottom.put(READ_ROWS, stats.rowsRead());
    bottom.put("written_rows", stats.rowsWritten());
    tiers.add(bottom);
    return tiers;
  }

  /**
   * The tiers of several processes together: those of the same name as one, with their counts and
   * bytes added up.
   */
  static List<Map<String, Object>> sum(List<List<Map<String, Object>>> processes) {
    if (processes.size() == 1) {
      return processes.get(0);
    }
    Map<Object, Map<String, Object>> sums = new LinkedHashMap<>();
    for (List<Map<String, Object>> tiers : processes) {
      for (Map<String, Object> tier : tiers) {
        sums.merge(tier.get(TIER), tier, TierSections::plus);
      }
    }
    return List.copyOf(sums.values());
  }

  private static Map<String, Object> plus(Map<String, Object> one, Map<String, Object> other) {
    Map<String, Object> sum = new LinkedHashMap<>(one);
    one.forEach(
        (key, value) -> {
          if (value instanceof Number a && other.get(key) instanceof Number b) {
            sum.put(key, a.longValue() + b.longValue());
          }
        });
    if (sum.containsKey(READ_HIT_RATIO)) {
      long rows = ((Number) sum.get(READ_ROWS)).longValue();
      long hits = ((Number) sum.get(READ_HITS)).longValue();
      sum.put(READ_HIT_RATIO, rows == 0 ? 0 : (double) hits / rows);
    }
    return sum;
  }

  private static Map<String, Object> ramTier(TierStats stats) {
    Map<String, Object> tier = new LinkedHashMap<>();
    tier.put(TIER, "ram");
    tier.put("policy", stats.policy());
    tier.put("slots", stats.slots());
    tier.put("bytes", stats.bytes());
    tier.put(READ_ROWS, stats.reads());
    tier.put(READ_HITS, stats.readHits());
    tier.put(READ_HIT_RATIO, stats.hitRatio());
    tier.put("written_rows", stats.writes());
    tier.put("expected_rows", stats.expected());
    tier.put("expected_hits", stats.expectedHits());
    tier.put("dropped_rows", stats.dropped());
    tier.put("loaded_rows", stats.loaded());
    tier.put("evicted_rows", stats.evicted());
    tier.put("written_back_rows", stats.writtenBack());
    return tier;
  }
}
