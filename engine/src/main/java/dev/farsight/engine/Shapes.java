package dev.farsight.engine;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.config.Nearest;
import dev.farsight.engine.plan.Deduper;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sizes that follow from settings and data: row format, slots, rings.
 *
 * @param full whether every row is resident
 * @param regions how slots are split; null where all rows are resident
 * @param slots of all regions
 * @param inRows rows of the in-ring
 * @param outRows rows of the out-ring
 */
record Shapes(
    TableSet tables,
    StepSpec step,
    boolean full,
    RegionLayout regions,
    int slots,
    int inRows,
    int outRows) {

  /** How many usual plans make one of the largest possible. */
  private static final int PLANS_IN_LARGEST = 6;

  /** Rows loaded or flushed at once where all are resident. */
  private static final int FULL_CHUNK = 65_536;

  static Shapes of(EngineSettings settings, BatchSchema schema) {
    TableSet tables = schema.tables();
    var format = settings.optimizer().kind().rowFormat(dim(settings));
    int maxUniqueRows = Deduper.maxUniqueRows(tables, settings.batchSize());
    var step =
        new StepSpec(schema, settings.batchSize(), maxUniqueRows, format, settings.optimizer());
    Settings cache = settings.farsight().section("cache");
    long slots = CacheSize.slots(cache, "size", tables.rows(), format);
    Map<String, Long> own = ownSlots(cache.section("tables"), tables, format);
    if (slots == tables.rows() && own.isEmpty()) {
      int chunk = (int) Math.min(tables.rows(), FULL_CHUNK);
      return new Shapes(
          tables,
          step,
          true,
          null,
          Math.toIntExact(Math.min(slots, Integer.MAX_VALUE)),
          chunk,
          chunk);
    }
    long shared = shared(cache, slots, own, tables);
    var regions = new RegionLayout(tables, shared, settings.regions(), own);
    int most = Math.min(maxUniqueRows, regions.slots());
    return new Shapes(
        tables,
        step,
        false,
        regions,
        regions.slots(),
        ringRows(settings, "in", most, format),
        ringRows(settings, "out", most, format));
  }

  static int dim(EngineSettings settings) {
    return settings.farsight().section("model").integer("embedding-dim", 1, 4096);
  }

  /** What tables with slots of their own leave to the others. */
  private static long shared(Settings cache, long slots, Map<String, Long> own, TableSet tables) {
    long taken = own.values().stream().mapToLong(Long::longValue).sum();
    boolean othersNeedSome = own.size() < tables.size();
    if (taken > slots || (othersNeedSome && taken == slots)) {
      throw cache.bad(
          "size",
          "gives %d slots; cache.tables takes %d of them for %s%s"
              .formatted(
                  slots,
                  taken,
                  String.join(", ", own.keySet()),
                  othersNeedSome ? ", which leaves none for the other tables" : ""));
    }
    return slots - taken;
  }

  private static Map<String, Long> ownSlots(Settings section, TableSet tables, RowFormat format) {
    Map<String, Long> own = new TreeMap<>(Comparator.comparingInt(tables::find));
    for (String name : section.config().root().keySet()) {
      Settings table = section.section(name);
      int t = tables.find(name);
      if (t < 0) {
        throw table.bad("size", "is for no table of this data" + nearest(name, tables));
      }
      if (table.has("size")) {
        own.put(name, CacheSize.slots(table, "size", tables.get(t).rows(), format));
      }
    }
    return own;
  }

  private static String nearest(String name, TableSet tables) {
    List<String> names = tables.tables().stream().map(t -> t.name()).toList();
    String meant = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
    return meant + " (available: " + String.join(", ", names) + ")";
  }

  /**
   * Room for what is asked for, at least one largest possible plan. Otherwise for the plans whose
   * stretches are held while planning goes on, and one more, since a stretch that would cross the
   * ring's end leaves room unused: in the in-ring those in use, in the out-ring also those that may
   * still be forwarded from. Each is counted as a sixth of the largest possible plan: a batch of
   * Zipf 1.05 over Kaggle's tables loads 15 % of it into a cache of 1 %. Plans that load more,
   * while the cache fills, wait for each other.
   */
  static int ringRows(EngineSettings settings, String ring, int most, RowFormat format) {
    Settings rings = settings.farsight().section("rings");
    long largest = RowBuffer.MAX_ROWS;
    if (!rings.has(ring)) {
      int held =
          ring.equals("out")
              ? settings.forwardWindow() + settings.planned()
              : settings.plansInUse();
      return (int) Math.min(largest, Math.max(most, (held + 1L) * most / PLANS_IN_LARGEST));
    }
    long rows = rings.bytes(ring) / format.bytes();
    if (rows < most || rows > largest) {
      throw rings.bad(
          ring,
          "is not from %d to %d bytes: a batch can need %d rows of %d bytes, and a ring has at most 2^28 - 1 rows"
              .formatted(
                  (long) most * format.bytes(), largest * format.bytes(), most, format.bytes()));
    }
    return (int) rows;
  }

  RowFormat format() {
    return step.format();
  }

  int maxUniqueRows() {
    return step.maxUniqueRows();
  }

  /**
   * What the engine itself takes: carriers, and the indexes of the cache.
   *
   * @param looksAhead whether next uses are kept
   */
  MemoryForecast forecast(EngineSettings settings, boolean looksAhead) {
    long lookups = (long) settings.batchSize() * tables.size();
    long dense = (long) settings.batchSize() * (step.schema().denseWidth() + 2) * Float.BYTES;
    long ahead = settings.batchesInUse() * (dense + 8 * lookups + 20L * maxUniqueRows());
    long moves = full ? inRows : Math.min(maxUniqueRows(), slots);
    long plans = settings.plansInUse() * (8 * lookups + 12L * maxUniqueRows() + 65 * moves);
    long uses = looksAhead ? (long) settings.batchesInUse() * maxUniqueRows() : 0;
    long index = full ? slots / 8 : 17L * slots + RowIndexes.bytes(tables.rows(), slots, uses);
    return MemoryForecast.of(Tier.HOST, "batches read ahead", ahead)
        .plus(MemoryForecast.of(Tier.HOST, "plans", plans))
        .plus(MemoryForecast.of(Tier.HOST, "index of the cache", index));
  }
}
