package dev.farsight.engine.build;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;
import java.util.Map;

/**
 * The sizes that follow from settings and data: row format, slots, rings. Immutable.
 *
 * @param full whether every row is resident
 * @param regions the split of the slots; null if every row is resident
 * @param slots of all regions
 * @param inRows rows of the in-ring
 * @param outRows rows of the out-ring
 */
public record Shapes(
    TableSet tables,
    StepSpec step,
    boolean full,
    RegionLayout regions,
    int slots,
    int inRows,
    int outRows) {

  /** Rows loaded or flushed at once if every row is resident. */
  private static final int FULL_CHUNK = 65_536;

  public static Shapes of(EngineSettings settings, BatchSchema schema) {
    TableSet tables = schema.tables();
    RowFormat format = RowFormats.of(settings.farsight());
    int maxUniqueRows = Deduper.maxUniqueRows(schema, settings.batchSize());
    var step =
        new StepSpec(
            schema,
            settings.batchSize(),
            maxUniqueRows,
            format,
            settings.optimizer(),
            TableNorms.of(settings, tables),
            settings.seed());
    Settings cache = settings.farsight().section("cache");
    var need = new CacheNeed(schema, settings.batchSize());
    Map<String, Long> tableSlots = TableSlots.of(cache, tables, format);
    long slots = CacheChoice.of(settings, schema).slots();
    if (slots == tables.rows() && tableSlots.isEmpty()) {
      return full(tables, step, slots);
    }
    long shared = TableSlots.shared(cache, slots, tableSlots, settings.regions(), tables, need);
    var regions = new RegionLayout(tables, Sharding.none(tables), shared, settings.regions(), tableSlots, need);
    int largestPlan = Math.min(maxUniqueRows, regions.slots());
    return new Shapes(
        tables,
        step,
        false,
        regions,
        regions.slots(),
        RingSizes.rows(settings, "in", largestPlan, format),
        RingSizes.rows(settings, "out", largestPlan, format));
  }

  private static Shapes full(TableSet tables, StepSpec step, long slots) {
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

  public RowFormat format() {
    return step.format();
  }

  int maxUniqueRows() {
    return step.maxUniqueRows();
  }

  /** The groups of rows that the cache plans apart. */
  RowGroups groups() {
    return full ? RowGroups.one(tables) : regions.groups();
  }

  /** Regions of the cache; 1 if every row is resident. */
  int regionCount() {
    return full ? 1 : regions.regions();
  }

  /** Most rows that one plan can load, or evict. */
  int maxMoves() {
    return full ? inRows : Math.min(maxUniqueRows(), slots);
  }
}
