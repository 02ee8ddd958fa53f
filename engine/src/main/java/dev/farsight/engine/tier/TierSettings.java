package dev.farsight.engine.tier;

import dev.farsight.api.table.RowBits;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.plugin.Components;
import java.util.Optional;

/**
 * What the section of a store says about a tier of memory above it: the keys {@code ram-cache},
 * {@code ram-policy} and {@code ram-threads}, where a store has them.
 *
 * @param slots rows that fit
 * @param policy ranks its rows; a name as of {@code cache.policy}
 * @param threads fetch expected rows
 */
public record TierSettings(int slots, String policy, int threads) {

  private static final String SIZE = "ram-cache";
  private static final String POLICY = "ram-policy";
  private static final String THREADS = "ram-threads";

  /** Page faults keep threads waiting, so more of them than cores would suggest. */
  private static final int FEW = 4;

  /** Empty where the store's section asks for no tier. */
  public static Optional<TierSettings> of(StoreSpec spec) {
    Settings own = spec.own();
    if (!own.has(SIZE)) {
      return Optional.empty();
    }
    long slots = CacheSize.slots(own, SIZE, spec.tables().rows(), spec.format());
    if (slots > Striping.MOST_SLOTS) {
      throw own.bad(SIZE, "is more than " + Striping.MOST_SLOTS + " rows");
    }
    return Optional.of(
        new TierSettings(
            (int) slots,
            own.string(POLICY),
            own.has(THREADS) ? own.integer(THREADS, 1, 256) : FEW));
  }

  /**
   * Makes the tier's policies.
   *
   * @throws dev.farsight.api.config.ConfigException if no plugin offers the name
   */
  public CachePolicyFactory policy(Components components, Settings farsight) {
    return components.policy(policy, section(farsight), POLICY);
  }

  private static Settings section(Settings farsight) {
    Settings storage = farsight.section("storage");
    return storage.section(storage.string("backend"));
  }

  /** Memory that the tier will take. */
  public MemoryForecast forecast(StoreSpec spec) {
    return MemoryForecast.of(
            Tier.HOST, "rows above the store", (long) slots * spec.format().bytes())
        .plus(
            MemoryForecast.of(
                Tier.HOST,
                "index of those rows",
                Striping.indexBytes(spec.tables().rows(), slots)
                    + RowBits.bytes(spec.tables().rows())));
  }
}
