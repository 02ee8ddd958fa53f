package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.ForwardingPolicy;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.cache.lru.LruPlugin;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.RowRequest.Use;
import dev.farsight.engine.plugin.Plugins;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Carries out plans on arrays of row versions. No row that a request uses may have an old version.
 */
class PartialResidencyTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 100), new Table("b", 400), new Table("c", 1500)));
  private static final CachePolicyFactory LRU = Plugins.of(new LruPlugin()).policies().get("lru");

  /** Everything outside of the residency: the versions of the rows in slots, rings and store. */
  private static final class World {

    final long[] rowInSlot;
    final int[] slots;
    final int[] out;
    final int[] store = new int[(int) TABLES.rows()];
    final int[] truth = new int[(int) TABLES.rows()];
    final List<Runnable> writeBacks = new ArrayList<>();
    long writtenBackBelow;

    World(int slots, int outRows) {
      rowInSlot = new long[slots];
      java.util.Arrays.fill(rowInSlot, -1);
      this.slots = new int[slots];
      out = new int[outRows];
    }

    /** Carries out the write-backs of earlier plans, as late as allowed. */
    void writeBackBelow(long plan) {
      while (writtenBackBelow < plan) {
        writeBacks.get((int) writtenBackBelow++).run();
      }
    }

    void carryOut(RowRequest request, CachePlan plan) {
      writeBackBelow(plan.fetchAfter());
      RowMoves moves = plan.moves();
      int[] loaded = new int[moves.loads()];
      for (int i = 0; i < moves.loads(); i++) {
        loaded[i] = store[(int) plan.loadRows()[i]];
      }
      long[] written = java.util.Arrays.copyOf(plan.writeBackRows(), moves.evictions());
      for (int i = 0; i < moves.evictions(); i++) {
        int slot = moves.evictSlots().get(i);
        assertThat(rowInSlot[slot]).isEqualTo(written[i]);
        out[moves.outFrom() + i] = slots[slot];
      }
      int from = moves.outFrom();
      int[] image = new int[moves.evictions()];
      System.arraycopy(out, from, image, 0, image.length);
      writeBacks.add(
          () -> {
            for (int i = 0; i < written.length; i++) {
              assertThat(out[from + i])
                  .as("out-ring row overwritten before its write-back")
                  .isEqualTo(image[i]);
              store[(int) written[i]] = image[i];
            }
          });
      for (int i = 0; i < moves.loads(); i++) {
        slots[moves.loadSlots().get(i)] = loaded[i];
      }
      for (int i = 0; i < moves.forwards(); i++) {
        slots[moves.forwardSlots().get(i)] = out[moves.forwardRows().get(i)];
      }
      Set<Integer> distinct = new LinkedHashSet<>();
      for (int u = 0; u < request.count(); u++) {
        int slot = plan.slot(u);
        assertThat(distinct.add(slot)).isTrue();
        rowInSlot[slot] = request.rows()[u];
        int row = (int) request.rows()[u];
        assertThat(slots[slot])
            .as("version of row %d in plan %d", row, plan.number())
            .isEqualTo(truth[row]);
        if (request.updates()) {
          slots[slot] = ++truth[row];
        }
      }
    }
  }

  private static RowRequest request(Random random, int capacity, Use use, boolean updates) {
    var rows = new LinkedHashSet<Long>();
    int wanted = 1 + random.nextInt(capacity);
    for (int i = 0; i < wanted; i++) {
      long hot = random.nextInt(1 + random.nextInt((int) TABLES.rows()));
      rows.add(hot * 7919 % TABLES.rows());
    }
    var request = new RowRequest(capacity);
    request.begin(use, updates);
    rows.stream().sorted().forEach(row -> request.add(row, 1 + random.nextInt(3)));
    return request;
  }

  /**
   * Writes a note on each evicted row, and checks that the row has that note when it is admitted
   * again.
   */
  private static final class Noting extends ForwardingPolicy {

    private final int maxNote;
    private final Map<Long, Integer> noted = new HashMap<>();
    private int returnedNotes;

    Noting(CachePolicy policy, int maxNote) {
      super(policy);
      this.maxNote = maxNote;
    }

    @Override
    public void evicted(SlotBatch rows) {
      super.evicted(rows);
      for (int i = 0; maxNote > 0 && i < rows.count(); i++) {
        assertThat(rows.notes()[i]).isZero();
        rows.notes()[i] = (int) ((rows.rows()[i] + rows.batch()) % (maxNote + 1));
        noted.put(rows.rows()[i], rows.notes()[i]);
      }
    }

    @Override
    public void admit(SlotBatch rows) {
      for (int i = 0; i < rows.count(); i++) {
        Integer note = noted.remove(rows.rows()[i]);
        assertThat(rows.notes()[i]).isEqualTo(note == null ? 0 : note);
        returnedNotes += rows.notes()[i] > 0 ? 1 : 0;
      }
      super.admit(rows);
    }
  }

  private final List<Noting> policies = new ArrayList<>();

  private CachePolicy policy(int region, int slots, int maxNote) {
    var settings = Settings.of("farsight.cache.lru", ConfigFactory.empty());
    var context = new PolicyContext(slots, region, settings, RowFrequencies.NONE, maxNote);
    var policy = new Noting(LRU.create(context), maxNote);
    policies.add(policy);
    return policy;
  }

  private PartialResidency residency(
      RegionLayout layout,
      int maxRows,
      Ring in,
      Ring out,
      int window,
      Workers workers,
      boolean direct) {
    return new PartialResidency(
        layout,
        direct ? RowIndexes.of(layout.rows(), false).locations() : null,
        new PluginCalls("cache policy lru"),
        this::policy,
        maxRows,
        in,
        out,
        window,
        workers);
  }

  /** A hash may give a region far more rows than its share: then its memory grows. */
  @Test
  void aRegionMayGetMoreRowsThanItsShare() {
    var tables = new TableSet(List.of(new Table("a", 100_000)));
    var layout = new RegionLayout(tables, 12_000, 4, Map.of());
    int count = 2_900;
    long[] rows =
        LongStream.range(0, tables.rows())
            .filter(row -> layout.regionOf(row) == 2)
            .limit(2L * count)
            .toArray();
    int maxRows = 4_000;
    assertThat(layout.usualRows(2, maxRows)).isGreaterThan(1_000).isLessThan(count);
    var ring = new Ring(3 * maxRows, 2, (held, planning) -> {});
    var outRing = new Ring(3 * maxRows, 2, (held, planning) -> {});
    try (var workers = new Workers("test", 2);
        var buffers = HostBuffers.plain()) {
      var residency = residency(layout, maxRows, ring, outRing, 2, workers, true);
      CachePlan plan = residency.newPlan(buffers);
      for (int round = 0; round < 6; round++) {
        boolean updates = round > 3;
        var request = new RowRequest(maxRows);
        request.begin(Use.TRAIN, updates);
        for (int i = 0; i < count; i++) {
          request.add(rows[round % 2 * count + i], 1);
        }
        residency.announce(
            residency.nextPlan(), request, IntStream.range(0, count).toArray(), count);
        residency.plan(request, plan);
        assertThat(plan.rows()).isEqualTo(count);
        assertThat(plan.uniqueHits() + plan.moves().loads() + plan.moves().forwards())
            .isEqualTo(count);
        assertThat(IntStream.range(0, count).map(plan::slot).distinct().count()).isEqualTo(count);
        var departed = new ArrayList<Long>();
        plan.forEachDeparture(departed::add);
        assertThat(departed).hasSize(plan.evicted());
        if (round > 1) {
          assertThat(departed).as("round %d", round).hasSizeGreaterThan(2_000);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 300, 1000, true",
    "2, 1, 60, 120, false",
    "3, 1, 60, 61, true",
    "4, 4, 400, 700, true",
    "5, 3, 600, 65, false",
    "6, 1, 500, 90, true",
    "7, 2, 200, 100, true",
    "8, 2, 200, 110, false",
    "9, 3, 600, 65, true",
    "10, 1, 60, 61, false"
  })
  void noRowIsEverStale(long seed, int regions, int slots, int outRows, boolean direct) {
    var random = new Random(seed);
    int maxRows = 60;
    int window = 1 + random.nextInt(6);
    Map<String, Long> ownSlots = seed == 5 || seed == 9 ? Map.of("a", 70L) : Map.of();
    var layout = new RegionLayout(TABLES, slots, regions, ownSlots);
    var world = new World(layout.slots(), outRows);
    var in = new Ring(2 * maxRows, 2, (held, planning) -> {});
    // Write-backs wait until the ring needs the room; the engine is never later.
    var out = new Ring(outRows, window, (held, planning) -> world.writeBackBelow(held + 1));
    try (var workers = new Workers("test", regions);
        var buffers = HostBuffers.plain()) {
      var residency = residency(layout, maxRows, in, out, window, workers, direct);
      CachePlan plan = residency.newPlan(buffers);
      long forwards = 0;
      long hits = 0;
      for (int n = 0; n < 3_000; n++) {
        boolean updates = random.nextInt(5) > 0;
        RowRequest request = request(random, maxRows, updates ? Use.TRAIN : Use.EVALUATE, updates);
        residency.plan(request, plan);
        world.carryOut(request, plan);
        forwards += plan.moves().forwards();
        hits += plan.uniqueHits();
        assertThat(plan.uniqueHits() + plan.moves().loads() + plan.moves().forwards())
            .isEqualTo(request.count());
      }
      assertThat(forwards).as("seed %d", seed).isPositive();
      assertThat(hits).isPositive();
      assertThat(policies).allMatch(policy -> direct == policy.returnedNotes > 0);
      world.writeBackBelow(3_000);
      undoPlans(residency, random, maxRows, buffers);
      residency.drained();
      flush(residency, world, plan);
      assertThat(world.store).isEqualTo(world.truth);
    }
  }

  /** Undoing plans restores the locations and dirty states of all rows. */
  private static void undoPlans(
      PartialResidency residency, Random random, int maxRows, HostBuffers buffers) {
    residency.drained();
    long next = residency.nextPlan();
    var undone = new ArrayList<CachePlan>();
    for (int i = 0; i < 2; i++) {
      CachePlan plan = residency.newPlan(buffers);
      residency.plan(request(random, maxRows, Use.EVALUATE, false), plan);
      undone.add(0, plan);
    }
    undone.forEach(residency::undo);
    assertThat(residency.nextPlan()).isEqualTo(next);
  }

  private static void flush(PartialResidency residency, World world, CachePlan plan) {
    for (int slot = 0; slot < residency.slots(); ) {
      slot = residency.collectDirty(slot, 17, plan);
      assertThat(plan.moves().evictions()).isLessThanOrEqualTo(17);
      for (int i = 0; i < plan.moves().evictions(); i++) {
        world.store[(int) plan.writeBackRows()[i]] = world.slots[plan.moves().evictSlots().get(i)];
      }
      residency.markClean(plan);
    }
    residency.collectDirty(0, 17, plan);
    assertThat(plan.moves().evictions()).as("dirty rows after a flush").isZero();
  }

  @Test
  void aRequestThatDoesNotFitChangesNothingAndReportsTheSlotsNeeded() {
    try (var workers = new Workers("test", 1);
        var buffers = HostBuffers.plain()) {
      var layout = new RegionLayout(TABLES, 10, 1, Map.of());
      var residency =
          residency(
              layout,
              20,
              new Ring(20, 1, (h, p) -> {}),
              new Ring(20, 1, (h, p) -> {}),
              3,
              workers,
              true);
      CachePlan plan = residency.newPlan(buffers);
      var fits = new RowRequest(20);
      fits.begin(Use.TRAIN, true);
      for (long row = 0; row < 10; row++) {
        fits.add(row, 1);
      }
      residency.plan(fits, plan);
      var tooMany = new RowRequest(20);
      tooMany.begin(Use.TRAIN, true);
      for (long row = 5; row < 16; row++) {
        tooMany.add(row, 1);
      }
      assertThatThrownBy(() -> residency.plan(tooMany, plan))
          .isInstanceOfSatisfying(
              CacheTooSmallException.class, e -> assertThat(e.slotsNeeded()).isEqualTo(11))
          .hasMessageContaining("11 unique rows")
          .hasMessageContaining("\"11 rows\"");
      residency.plan(fits, plan);
      assertThat(plan.uniqueHits()).isEqualTo(10);
      assertThat(plan.number()).isEqualTo(1);
    }
  }
}
