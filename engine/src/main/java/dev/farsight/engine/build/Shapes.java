package dev.farsight.engine.build;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The sizes that follow from settings and data: row format, slots, rings. Immutable.
 *
 * @param step of one rank
 * @param full whether every row is resident
 * @param regions the regions of all ranks; null if every row is resident
 * @param plan how rows are divided over ranks
 * @param owners which rank has which rows; null if there is one
 * @param ranks the sizes of each rank of the run
 * @param processes how many processes have them, each as many
 */
public record Shapes(
    TableSet tables,
    StepSpec step,
    boolean full,
    RegionLayout regions,
    ShardingPlan plan,
    RowOwners owners,
    List<RankShape> ranks,
    int processes) {

  /** Rows loaded or flushed at once if every row is resident. */
  private static final int FULL_CHUNK = 65_536;

  public Shapes {
    ranks = List.copyOf(ranks);
  }

  /**
   * @param plan for the devices of the run
   * @throws dev.farsight.api.config.ConfigException if the settings do not fit the data
   */
  public static Shapes of(EngineSettings settings, BatchSchema schema, ShardingPlan plan) {
    TableSet tables = schema.tables();
    RowFormat format = RowFormats.of(settings.farsight());
    Sharding sharding = plan.sharding();
    int ranks = plan.devices();
    var room = new ExchangeRoom(schema, settings.batchSize(), sharding);
    int rankBatch = settings.batchSize() / ranks;
    var step =
        new StepSpec(
            schema,
            rankBatch,
            Deduper.maxUniqueRows(schema, rankBatch),
            format,
            settings.optimizer(),
            TableNorms.of(settings, tables),
            settings.seed(),
            ranks == 1 ? null : room.shape());
    Settings cache = settings.farsight().section("cache");
    var need = new CacheNeed(schema, settings.batchSize());
    Map<String, Long> tableSlots = TableSlots.of(cache, tables, format);
    long slots = CacheChoice.of(settings, schema).slots();
    if (slots == tables.rows() && tableSlots.isEmpty()) {
      return full(tables, step, plan, room, settings.processes());
    }
    int least = sharding.columns() ? settings.regions() : ranks * settings.regions();
    long shared = TableSlots.shared(cache, slots, tableSlots, least, tables, need);
    int shares = RegionCount.of(settings, need, tableSlots, shared, ranks, sharding.columns());
    var regions = new RegionLayout(tables, sharding, shared, shares, tableSlots, need);
    return new Shapes(
        tables,
        step,
        false,
        regions,
        plan,
        ranks == 1 ? null : RowOwners.of(regions),
        IntStream.range(0, ranks)
            .mapToObj(rank -> partial(settings, regions.ofRank(rank), room.maxRows(rank), step))
            .toList(),
        settings.processes());
  }

  private static RankShape partial(
      EngineSettings settings, RegionLayout regions, int maxRows, StepSpec step) {
    RowFormat format = step.slotFormat();
    int largestPlan = Math.min(maxRows, regions.slots());
    return new RankShape(
        regions,
        regions.slots(),
        RingSizes.rows(settings, "in", largestPlan, format),
        RingSizes.rows(settings, "out", largestPlan, format),
        maxRows);
  }

  private static Shapes full(
      TableSet tables, StepSpec step, ShardingPlan plan, ExchangeRoom room, int processes) {
    return new Shapes(
        tables,
        step,
        true,
        null,
        plan,
        plan.devices() == 1 ? null : RowOwners.of(plan.sharding(), tables, step.maxUniqueRows()),
        IntStream.range(0, plan.devices())
            .mapToObj(
                rank -> {
                  long rows = room.rowsOfTables(rank);
                  int chunk = (int) Math.min(rows, FULL_CHUNK);
                  int slots = (int) Math.min(rows, Integer.MAX_VALUE);
                  return new RankShape(null, slots, chunk, chunk, room.maxRows(rank));
                })
            .toList(),
        processes);
  }

  /** The sizes of the ranks of one process, of which each has as many. */
  List<RankShape> ranksOfProcess() {
    return ranks.subList(0, ranks.size() / processes);
  }

  public RowFormat format() {
    return step.format();
  }

  /** Whether each rank has columns of all rows. */
  boolean columns() {
    return plan.sharding().columns();
  }

  /** Rows that the slots of all ranks hold. */
  public long slots() {
    return columns() ? ranks.get(0).slots() : slotsOfAll();
  }

  private long slotsOfAll() {
    return ranks.stream().mapToLong(RankShape::slots).sum();
  }

  /** The groups of rows by which the unique rows of a rank's samples are sorted. */
  RowGroups groups() {
    if (owners != null) {
      return owners.groups();
    }
    return full ? RowGroups.one(tables) : regions.groups();
  }
}
