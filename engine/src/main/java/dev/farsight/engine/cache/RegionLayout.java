package dev.farsight.engine.cache;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The split of the slots into at most {@value #MOST_REGIONS} regions: one for each table with slots
 * of its own, and a number of equal hash shares for all other rows. Each region belongs to a rank,
 * and there is one for the rows that all ranks have. Immutable. Finding a row's region is O(1), or
 * O(log tables) if tables are divided differently.
 *
 * <p>The layout of a run has the regions of all ranks, whose numbers are those of the {@linkplain
 * #groups groups}. The {@linkplain #ofRank layout of a rank} has those that the rank has, numbered
 * anew. Where ranks have columns of all rows, these are all regions.
 */
public final class RegionLayout {

  /** Numbers of regions are kept as shorts. */
  static final int MOST_REGIONS = Short.MAX_VALUE;

  /** Stands for the rank of a region that all ranks have. */
  public static final int ALL_RANKS = -1;

  /**
   * A region.
   *
   * @param name as shown in messages
   * @param rows how many rows can belong to the region, or to a region of the same tables
   * @param shares how many regions have the rows of the same tables
   * @param table the table that owns the slots; null if the slots are shared
   * @param rank the rank that has the region, or {@link #ALL_RANKS}
   */
  record Part(String name, int slots, long rows, int shares, String table, int rank) {

    /** The setting that determines the number of slots. */
    String sizeKey() {
      return table == null ? "cache.size" : "cache.tables." + table + ".size";
    }

    boolean on(int someRank) {
      return rank == someRank || rank == ALL_RANKS;
    }
  }

  private final TableSet tables;
  private final Sharding sharding;
  private final List<Part> parts;
  private final RowGroups groups;
  private final Map<String, Long> ownSlots;

  /** The layout of the run; this one if it is that. */
  private final RegionLayout run;

  /** By group: the number of its region; -1 if it is not of this layout. Null: the group itself. */
  private final int[] regionOfGroup;

  /** Shared regions of the run. */
  private final int shares;

  /** Null if it is not known how large batches can be. */
  private final CacheNeed need;

  /**
   * @param slots of all shared regions together; unused if all tables have slots of their own
   * @param shares number of shared regions
   * @param ownSlots slots of the tables that have slots of their own, by table name
   */
  public RegionLayout(TableSet tables, long slots, int shares, Map<String, Long> ownSlots) {
    this(tables, Sharding.none(tables), slots, shares, ownSlots, null);
  }

  /**
   * The layout of a run.
   *
   * @param slots of all shared regions of all ranks together; unused if all tables have slots of
   *     their own
   * @param rankShares number of shared regions of a rank
   * @param ownSlots slots of the tables that have slots of their own, by table name
   * @param need how large batches can be, to tell what to change if one does not fit
   */
  public RegionLayout(
      TableSet tables,
      Sharding sharding,
      long slots,
      int rankShares,
      Map<String, Long> ownSlots,
      CacheNeed need) {
    this.tables = tables;
    this.sharding = sharding;
    this.ownSlots = Map.copyOf(ownSlots);
    this.need = need;
    this.run = this;
    this.regionOfGroup = null;
    this.shares = sharding.columns() ? rankShares : rankShares * sharding.ranks();
    for (String name : ownSlots.keySet()) {
      if (tables.find(name) < 0) {
        throw new ConfigException(
            "farsight.cache.tables.%s: no such table; there are %s"
                .formatted(name, tables.tables().stream().map(t -> t.name()).toList()));
      }
    }
    var regions = new RegionParts(tables, sharding, ownSlots);
    if (regions.shares()) {
      regions.addShared(slots, rankShares, need);
    }
    regions.addOwn();
    parts = regions.parts();
    long total = parts.stream().mapToLong(Part::slots).sum();
    if (total > Integer.MAX_VALUE && sharding.ranks() == 1) {
      throw new ConfigException(
          String.format(Locale.ROOT, "a cache of %d slots; at most 2^31-1 are possible", total));
    }
    if (parts.size() > MOST_REGIONS) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%d regions, at most %d are possible; set farsight.cache.tables.NAME.size for fewer tables",
              parts.size(),
              MOST_REGIONS));
    }
    groups = regions.groups();
    for (Part part : parts) {
      if (part.slots() > RowMap.MOST) {
        throw new ConfigException(
            String.format(
                Locale.ROOT,
                "%s of %d slots, at most %d are possible; set farsight.cache.regions to %d or more",
                part.name(),
                part.slots(),
                RowMap.MOST,
                total / RowMap.MOST + 1));
      }
    }
  }

  /** The layout of a rank. */
  private RegionLayout(RegionLayout run, int rank) {
    this.run = run;
    tables = run.tables;
    sharding = run.sharding;
    ownSlots = run.ownSlots;
    need = run.need;
    groups = run.groups;
    shares = run.shares;
    regionOfGroup = new int[run.parts.size()];
    var own = new ArrayList<Part>();
    for (int group = 0; group < regionOfGroup.length; group++) {
      Part part = run.parts.get(group);
      regionOfGroup[group] = part.on(rank) ? own.size() : -1;
      if (part.on(rank)) {
        own.add(part);
      }
    }
    parts = List.copyOf(own);
  }

  /** The regions that a rank has. */
  public RegionLayout ofRank(int rank) {
    return sharding.ranks() == 1 ? this : new RegionLayout(run, rank);
  }

  public Sharding sharding() {
    return sharding;
  }

  /** The rank that has a region, or {@link #ALL_RANKS}. */
  public int rankOf(int region) {
    return parts.get(region).rank();
  }

  /** The numbers of this layout's regions among those of the run. */
  public int[] groupsOfRegions() {
    int[] numbers = new int[parts.size()];
    for (int group = 0; group < run.parts.size(); group++) {
      int region = regionOfGroup == null ? group : regionOfGroup[group];
      if (region >= 0) {
        numbers[region] = group;
      }
    }
    return numbers;
  }

  List<Part> parts() {
    return parts;
  }

  /** Rows of all tables. */
  public long rows() {
    return tables.rows();
  }

  /** Slots of each region. */
  public List<Integer> slotsByRegion() {
    return parts.stream().map(Part::slots).toList();
  }

  /** Slots of all regions. */
  public int slots() {
    return Math.toIntExact(allSlots());
  }

  /**
   * The size to configure so that a region has {@code load} times its slots: slots of the region's
   * table, or of the whole cache if the region is shared, because shared regions grow together.
   */
  long slotsFor(int region, double load) {
    if (parts.get(region).table() != null) {
      return (long) Math.ceil(load * parts.get(region).slots());
    }
    long shared = run.sharedSlots();
    return run.allSlots() - shared + (long) Math.ceil(load * shared);
  }

  /** Whether every region has a slot for each of its rows among these different rows. */
  public boolean holds(long[] rows) {
    int[] remaining = parts.stream().mapToInt(Part::slots).toArray();
    for (long row : rows) {
      if (--remaining[regionOf(row)] < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that {@link #holds} these different rows.
   *
   * @throws CacheTooSmallException if not
   */
  public void require(long[] rows) {
    if (!holds(rows)) {
      var byRegion = new int[parts.size()];
      for (long row : rows) {
        byRegion[regionOf(row)]++;
      }
      throw tooSmall(region -> byRegion[region]);
    }
  }

  /**
   * The error for a request that does not fit.
   *
   * @param rowsOf rows of the request for a region
   */
  CacheTooSmallException tooSmall(IntUnaryOperator rowsOf) {
    int tightest = 0;
    double worst = 0;
    for (int r = 0; r < parts.size(); r++) {
      double load = (double) rowsOf.applyAsInt(r) / parts.get(r).slots();
      if (load > worst) {
        worst = load;
        tightest = r;
      }
    }
    Part part = parts.get(tightest);
    int rows = rowsOf.applyAsInt(tightest);
    long needed = run.parts.size() == 1 ? rows : slotsFor(tightest, worst);
    return new CacheTooSmallException(
        part.name(), rows, part.slots(), part.sizeKey(), needed, remedy());
  }

  private long allSlots() {
    return parts.stream().mapToLong(Part::slots).sum();
  }

  private long sharedSlots() {
    return parts.stream()
        .filter(part -> part.table() == null && (part.rank() != ALL_RANKS || sharding.columns()))
        .mapToLong(Part::slots)
        .sum();
  }

  /**
   * Rows of a request that regions allocate memory for at first, if a request has at most {@code
   * maxRequest}: all of a table, or a hash share. A hash may give a region more than its share by 8
   * standard deviations before its memory has to grow.
   */
  int usualRows(int region, int maxRequest) {
    Part part = parts.get(region);
    long most = Math.min(maxRequest, part.rows());
    return (int) Math.min(most, CacheNeed.mostInShare(maxRequest, part.shares()));
  }

  /**
   * The settings to change so that every batch fits, by key. Empty if every batch should fit, or if
   * it is not known how large batches can be.
   */
  public Map<String, String> remedy() {
    return need == null ? Map.of() : need.remedy(ownSlots, run.sharedSlots(), shares);
  }

  /** Number of regions. */
  public int regions() {
    return parts.size();
  }

  /** The region that a row belongs to. */
  public int regionOf(long row) {
    int group = groups.of(row);
    return regionOfGroup == null ? group : regionOfGroup[group];
  }

  /** Which rows belong to which region of the run: groups are regions. */
  public RowGroups groups() {
    return groups;
  }

  /** Allows rows to take {@code share} of each region's slots. */
  public Allowance allowance(double share) {
    int[] remaining = new int[parts.size()];
    for (int r = 0; r < remaining.length; r++) {
      remaining[r] = (int) (parts.get(r).slots() * share);
    }
    return row -> remaining[regionOf(row)]-- > 0;
  }

  /** Decides for one row after the other whether it gets a slot. */
  @FunctionalInterface
  public interface Allowance {
    boolean take(long row);
  }
}
