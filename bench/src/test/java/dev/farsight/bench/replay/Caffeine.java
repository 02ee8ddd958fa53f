package dev.farsight.bench.replay;

import com.github.benmanes.caffeine.cache.simulator.admission.Admission;
import com.github.benmanes.caffeine.cache.simulator.policy.AccessEvent;
import com.github.benmanes.caffeine.cache.simulator.policy.Policy;
import com.github.benmanes.caffeine.cache.simulator.policy.linked.FrequentlyUsedPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.linked.LinkedPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.opt.ClairvoyantPolicy;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import java.util.Set;

/** Hits that the policies of Caffeine's simulator have on a trace of keys. */
final class Caffeine {

  private Caffeine() {}

  static long lru(long[] keys, int slots) {
    return hits(
        new LinkedPolicy(size(slots), Set.of(), Admission.ALWAYS, LinkedPolicy.EvictionPolicy.LRU),
        keys);
  }

  static long lfu(long[] keys, int slots) {
    return hits(
        new FrequentlyUsedPolicy(
            Admission.ALWAYS, FrequentlyUsedPolicy.EvictionPolicy.LFU, size(slots)),
        keys);
  }

  static long clairvoyant(long[] keys, int slots) {
    return hits(new ClairvoyantPolicy(size(slots)), keys);
  }

  private static Config size(int slots) {
    return ConfigFactory.parseMap(Map.of("maximum-size", slots));
  }

  private static long hits(Policy policy, long[] keys) {
    for (long key : keys) {
      policy.record(AccessEvent.forKey(key));
    }
    policy.finished();
    return policy.stats().hitCount();
  }
}
