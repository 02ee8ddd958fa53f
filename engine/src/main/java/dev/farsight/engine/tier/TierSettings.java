package dev.farsight.engine.tier;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.plugin.Components;
import java.util.Optional;

/**
 * The settings of a tier in memory above a store: the keys {@code ram-cache}, {@code ram-policy}
 * and {@code ram-threads} in the store's section, if the store has them.
 *
 * @param slots number of rows that the tier can hold
 * @param policy name of the cache policy, as in {@code cache.policy}
 * @param threads number of threads that fetch expected rows
 */
public record TierSettings(int slots, String policy, int threads) {

  private static final String SIZE = "ram-cache";
  private static final String POLICY = "ram-policy";
  private static final String THREADS = "ram-threads";

  /**
   * Threads spend much time waiting for page faults, so the default does not depend on the number
   * of cores.
   */
  private static final int DEFAULT_THREADS = 4;

  /** The settings; empty if the store's section does not configure a tier. */
  public static Optional<TierSettings> of(StoreSpec spec) {
    Settings storeSection = spec.own();
    if (!storeSection.has(SIZE)) {
      return Optional.empty();
    }
    long slots = CacheSize.slots(storeSection, SIZE, spec.tables().rows(), spec.format());
    if (slots > Striping.MAX_SLOTS) {
      throw storeSection.bad(SIZE, "is more than " + Striping.MAX_SLOTS + " rows");
    }
    return Optional.of(
        new TierSettings((int) slots, storeSection.string(POLICY), threads(storeSection)));
  }

  /**
   * Checks what can be checked without the tables.
   *
   * @param storeSection the store's section
   */
  public static void check(Settings storeSection, Settings farsight, Components components) {
    if (storeSection.has(SIZE)) {
      CacheSize.of(storeSection, SIZE);
      String policy = storeSection.string(POLICY);
      components
          .policy(policy, storeSection, POLICY)
          .check(farsight.section("cache").section(policy));
      threads(storeSection);
    }
  }

  private static int threads(Settings storeSection) {
    return storeSection.has(THREADS) ? storeSection.integer(THREADS, 1, 256) : DEFAULT_THREADS;
  }

  /**
   * The factory of the tier's policies.
   *
   * @throws dev.farsight.api.config.ConfigException if no plugin offers a policy of that name
   */
  public CachePolicyFactory policy(Components components, Settings farsight) {
    return components.policy(policy, section(farsight), POLICY);
  }

  /** Whether there is a tier whose policy wants the rows of the training data counted. */
  public static boolean wantsFrequencies(Components components, Settings farsight) {
    Settings section = section(farsight);
    return section.has(SIZE)
        && components.policy(section.string(POLICY), section, POLICY).wantsFrequencies();
  }

  private static Settings section(Settings farsight) {
    Settings storage = farsight.section("storage");
    return storage.section(storage.string("backend"));
  }

  /** The memory that the tier will use. */
  public MemoryForecast forecast(StoreSpec spec, Components components, Settings farsight) {
    long rows = spec.tables().rows();
    var policies =
        new PolicyContext(
            slots, 0, farsight.section("cache").section(policy), RowFrequencies.NONE, 0);
    return MemoryForecast.of(
            Tier.HOST, "rows above the store", (long) slots * spec.format().bytes())
        .plus(
            MemoryForecast.of(
                Tier.HEAP,
                "index of those rows",
                Striping.heapBytes(rows, slots) + RowBits.bytes(rows)))
        .plus(
            MemoryForecast.of(
                Tier.HEAP,
                "policy of those rows",
                policy(components, farsight).heapBytes(policies)));
  }
}
