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
    bottom.put("tier", session.settings().farsight().section("storage").string("backend"));
    bottom.put("bytes", stats.bytes());
    bottom.put("read_rows", stats.rowsRead());
    bottom.put("written_rows", stats.rowsWritten());
    tiers.add(bottom);
    return tiers;
  }

  private static Map<String, Object> ramTier(TierStats stats) {
    Map<String, Object> tier = new LinkedHashMap<>();
    tier.put("tier", "ram");
    tier.put("policy", stats.policy());
    tier.put("slots", stats.slots());
    tier.put("bytes", stats.bytes());
    tier.put("read_rows", stats.reads());
    tier.put("read_hits", stats.readHits());
    tier.put("read_hit_ratio", stats.hitRatio());
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
