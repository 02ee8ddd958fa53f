package dev.farsight.engine.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.ForwardingPolicy;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.testkit.store.AssertingRowStore;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.FaultyRowStore.Call;
import dev.farsight.testkit.store.Gate;
import dev.farsight.testkit.store.MemoryStores;
import dev.farsight.testkit.store.NaiveRowStore;
import dev.farsight.testkit.store.RowStoreContract;
import dev.farsight.testkit.store.StoreComparison;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RamTierTest extends RowStoreContract {

  private static final RowFormat FORMAT = RowFormat.of(4, 1);
  private static final List<String> POLICIES = List.of("lru", "lfu", "frequency");

  private final Components components =
      Plugins.load(RamTierTest.class.getClassLoader()).components();
  private int opened;

  /**
   * Runs the contract's tests with so few slots that rows are loaded and evicted all the time, and
   * with several policies.
   */
  @Override
  protected RowStoreFactory factory() {
    return new MemoryStores(this::open);
  }

  private RowStore open(StoreSpec spec) {
    int slots = List.of(1, 7, 40, 300, 5000).get(opened % 5);
    return tier(
        new AssertingRowStore(new NaiveRowStore(spec)),
        (int) Math.min(slots, spec.tables().rows()),
        POLICIES.get(opened++ % POLICIES.size()));
  }

  private RamTier tier(RowStore below, int slots, String policy) {
    return tier(below, slots, components.policies().get(policy));
  }

  private static RamTier tier(RowStore below, int slots, CachePolicyFactory policy) {
    var defaults = FarsightConfig.defaults().resolve(List.of(RamTierTest.class.getClassLoader()));
    return new RamTier(
        below,
        new TierSettings(slots, policy.name(), 2),
        policy,
        Settings.of("farsight.cache", defaults.getConfig("cache")),
        RowFrequencies.NONE,
        1);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static RowBuffer buffer(int rows) {
    return RowBuffer.allocate(FORMAT, rows, dev.farsight.api.memory.HostBuffers.plain());
  }

  @Test
  void expectedRowsAreInMemoryWhenTheyAreRead() {
    var below = new FaultyRowStore(new NaiveRowStore(spec(tables(20_000, 20_000), FORMAT)));
    try (RamTier tier = tier(below, 10_000, "lru")) {
      long[] rows = LongStream.range(0, 5000).map(i -> i * 7).toArray();
      tier.expect(rows, 0, rows.length);
      await(() -> tier.tierStats().expected() == rows.length);
      long before = below.calls(Call.READ);
      new StoreComparison(tier, 1).verify(rows);
      assertThat(below.calls(Call.READ)).isEqualTo(before);
      TierStats stats = tier.tierStats();
      assertThat(stats.readHits()).isEqualTo(rows.length);
      assertThat(stats.loaded()).isEqualTo(rows.length);
      assertThat(stats.hitRatio()).isEqualTo(1);
      assertThat(stats.slots()).isEqualTo(10_000);
    }
  }

  @Test
  void rowsThatWereNotExpectedAreReadFromTheStoreBelow() {
    try (RamTier tier = tier(new NaiveRowStore(spec(tables(5000), FORMAT)), 1000, "lru")) {
      var comparison = new StoreComparison(tier, 1);
      comparison.write(LongStream.range(0, 1000).toArray());
      comparison.verify(LongStream.range(0, 5000).toArray());
      comparison.verify(LongStream.range(0, 5000).toArray());
      assertThat(tier.tierStats().evicted()).isZero();
      assertThat(tier.tierStats().loaded()).isZero();
      assertThat(tier.tierStats().readHits()).isEqualTo(2000);
    }
  }

  @Test
  void flushAndCloseWriteAllRowsToTheStoreBelow() {
    for (long seed = 1; seed <= 10; seed++) {
      var random = new Random(seed);
      var below = new NaiveRowStore(spec(tables(3000, 1, 2000), FORMAT));
      RamTier tier = tier(below, 1 + random.nextInt(4000), POLICIES.get(random.nextInt(3)));
      var comparison = new StoreComparison(tier, seed);
      long[] all = LongStream.range(0, 5001).toArray();
      for (int round = 0; round < 30; round++) {
        long[] ids = comparison.ids(random.nextInt(400), 5001, 1, 0);
        tier.expect(ids, 0, ids.length);
        comparison.write(comparison.ids(random.nextInt(400), 5001, 1, 0));
        comparison.verify(ids);
      }
      tier.flush();
      comparison.over(below).verify(all);
      comparison.write(comparison.ids(500, 5001, 1, 0));
      tier.close();
      assertThatThrownBy(() -> below.read(new long[1], 0, 1, buffer(1), 0))
          .as("closed with the tier, seed %d", seed)
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void rowsWrittenOnCloseCanBeReadAfterwards() {
    var kept = new NaiveRowStore(spec(tables(5000), FORMAT));
    RamTier tier =
        tier(
            new ForwardingRowStore(kept) {
              @Override
              public void close() {}
            },
            2000,
            "lfu");
    var comparison = new StoreComparison(tier, 3);
    comparison.write(LongStream.range(0, 1500).map(i -> i * 3).toArray());
    tier.close();
    comparison.over(kept).verify(LongStream.range(0, 5000).toArray());
  }

  /** The store below fails once and then works again: the run ends, and no row is lost. */
  @Test
  void aFailureBelowLosesNothing() {
    for (long seed = 1; seed <= 40; seed++) {
      var random = new Random(seed);
      var naive = new NaiveRowStore(spec(tables(4000), FORMAT));
      var below =
          new FaultyRowStore(naive)
              .fail(
                  random.nextBoolean() ? Call.WRITE : Call.READ,
                  1 + random.nextInt(20),
                  new FarsightException("the disk stutters"));
      try (RamTier tier = tier(below, 200, POLICIES.get(random.nextInt(3)))) {
        var comparison = new StoreComparison(naive, seed);
        RowBuffer rows = buffer(300);
        int failures = 0;
        for (int round = 0; round < 40; round++) {
          long[] ids = comparison.ids(1 + random.nextInt(300), 4000, 1, 0);
          tier.expect(ids, 0, ids.length);
          for (int f = 0; f < ids.length * FORMAT.words(); f++) {
            rows.floats().put(f, random.nextFloat());
          }
          failures += retried(() -> tier.write(ids, 0, ids.length, rows, 0));
          RowBuffer back = buffer(300);
          failures += retried(() -> tier.read(ids, 0, ids.length, back, 0));
          int bytes = ids.length * FORMAT.bytes();
          assertThat(back.bytes().slice(0, bytes).mismatch(rows.bytes().slice(0, bytes)))
              .as("seed %d, round %d", seed, round)
              .isEqualTo(-1);
        }
        assertThat(failures).as("seed %d", seed).isLessThanOrEqualTo(1);
        retried(tier::flush);
        for (long row = 0; row < 4000; row++) {
          if (tier.written(row)) {
            RowBuffer above = buffer(1);
            RowBuffer under = buffer(1);
            tier.read(new long[] {row}, 0, 1, above, 0);
            naive.read(new long[] {row}, 0, 1, under, 0);
            assertThat(above.bytes().mismatch(under.bytes()))
                .as("seed %d, row %d", seed, row)
                .isEqualTo(-1);
          }
        }
      }
    }
  }

  private static int retried(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (FarsightException e) {
      assertThat(e.getMessage()).contains("the disk stutters");
      call.run();
      return 1;
    }
  }

  @Test
  void aBrokenPolicyStopsTheRunAndLosesNothing() {
    var lru = components.policies().get("lru");
    CachePolicyFactory broken =
        new CachePolicyFactory() {
          @Override
          public String name() {
            return "lru";
          }

          @Override
          public CachePolicy create(dev.farsight.api.cache.PolicyContext context) {
            return new Forgetful(lru.create(context));
          }
        };
    try (RamTier tier = tier(new NaiveRowStore(spec(tables(1000), FORMAT)), 100, broken)) {
      var comparison = new StoreComparison(tier, 1);
      comparison.write(LongStream.range(0, 100).toArray());
      long[] more = LongStream.range(50, 120).toArray();
      RowBuffer rows = buffer(more.length);
      assertThatThrownBy(() -> tier.write(more, 0, more.length, rows, 0))
          .hasMessageContaining("cache policy lru is broken");
      comparison.verify(LongStream.range(0, 1000).toArray());
      comparison.write(more);
      comparison.verify(LongStream.range(0, 1000).toArray());
      tier.flush();
      comparison.over(tier.below()).verify(LongStream.range(0, 1000).toArray());
    }
  }

  @Test
  void expectingNeverWaitsForTheStoreBelow() {
    var gate = new Gate();
    var below =
        new FaultyRowStore(new NaiveRowStore(spec(tables(100_000), FORMAT)))
            .hold(Call.READ, 1, gate)
            .hold(Call.READ, 2, gate);
    try (RamTier tier = tier(below, 20_000, "lru")) {
      for (int batch = 0; batch < 100; batch++) {
        int first = batch * 500;
        long[] rows = LongStream.range(first, first + 500).toArray();
        tier.expect(rows, 0, rows.length);
      }
      gate.open();
      await(() -> tier.tierStats().expected() + tier.tierStats().dropped() == 50_000);
      assertThat(tier.tierStats().dropped()).isPositive();
      new StoreComparison(tier, 1).verify(LongStream.range(0, 50_000).toArray());
    }
  }

  @Test
  void readingAndWritingAllocateNothing() {
    try (RamTier tier = tier(new NaiveRowStore(spec(tables(50_000), FORMAT)), 20_000, "lru")) {
      RowBuffer rows = buffer(500);
      long[] ids = LongStream.range(0, 500).map(i -> i * 31).toArray();
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long self = Thread.currentThread().getId();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 200; round++) {
        long before = threads.getThreadAllocatedBytes(self);
        tier.write(ids, 0, 500, rows, 0);
        tier.read(ids, 0, 500, rows, 0);
        tier.expect(ids, 0, 500);
        least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
      }
      assertThat(least).isLessThan(500);
    }
  }

  /** A policy that names no victims. */
  private static final class Forgetful extends ForwardingPolicy {
    Forgetful(CachePolicy policy) {
      super(policy);
    }

    @Override
    public int victims(int count, dev.farsight.api.cache.Pins pins, int[] slots) {
      return 0;
    }
  }
}
