package dev.farsight.engine.cache;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The split of the slots into at most {@value #MOST_REGIONS} regions: one for each table with slots
 * of its own, and a number of equal hash shares for all other rows. Immutable. Finding a row's
 * region is O(1), or O(log tables) if a table has slots of its own.
 */
public final class RegionLayout {

  /** Numbers of regions are kept as shorts. */
  static final int MOST_REGIONS = Short.MAX_VALUE;

  /**
   * A region.
   *
   * @param name as shown in messages
   * @param rows how many rows can belong to the region
   * @param table the table that owns the slots; null if the slots are shared
   */
  record Part(String name, int slots, long rows, String table) {

    /** The setting that determines the number of slots. */
    String sizeKey() {
      return table == null ? "cache.size" : "cache.tables." + table + ".size";
    }
  }

  private final TableSet tables;
  private final List<Part> parts;
  private final RowGroups groups;
  private final Map<String, Long> ownSlots;

  /** Null if it is not known how large batches can be. */
  private final CacheNeed need;

  /**
   * @param slots of all shared regions together; unused if all tables have slots of their own
   * @param shares number of shared regions
   * @param ownSlots slots of the tables that have slots of their own, by table name
   */
  public RegionLayout(TableSet tables, long slots, int shares, Map<String, Long> ownSlots) {
    this(tables, slots, shares, ownSlots, null);
  }

  /**
   * @param slots of all shared regions together; unused if all tables have slots of their own
   * @param shares number of shared regions
   * @param ownSlots slots of the tables that have slots of their own, by table name
   * @param need how large batches can be, to tell what to change if one does not fit
   */
  public RegionLayout(
      TableSet tables, long slots, int shares, Map<String, Long> ownSlots, CacheNeed need) {
    this.tables = tables;
    this.ownSlots = Map.copyOf(ownSlots);
    this.need = need;
    var regionOfTable = new int[tables.size()];
    Arrays.fill(regionOfTable, RowGroups.SHARED);
    var all = new ArrayList<Part>();
    long total = slots;
    if (ownSlots.size() < tables.size()) {
      for (int s = 0; s < shares; s++) {
        int part = Math.toIntExact(slots / shares + (s < slots % shares ? 1 : 0));
        all.add(new Part(shares == 1 ? "the cache" : "region " + s, part, tables.rows(), null));
      }
    } else {
      total = 0;
    }
    for (String name : ownSlots.keySet()) {
      if (tables.find(name) < 0) {
        throw new ConfigException(
            "farsight.cache.tables.%s: no such table; there are %s"
                .formatted(name, tables.tables().stream().map(t -> t.name()).toList()));
      }
    }
    for (int t = 0; t < tables.size(); t++) {
      Long wanted = ownSlots.get(tables.get(t).name());
      if (wanted != null) {
        regionOfTable[t] = all.size();
        long part = Math.min(wanted, tables.get(t).rows());
        String name = tables.get(t).name();
        all.add(new Part("table " + name, (int) part, tables.get(t).rows(), name));
        total += part;
      }
    }
    if (total > Integer.MAX_VALUE) {
      throw new ConfigException(
          String.format(Locale.ROOT, "a cache of %d slots; at most 2^31-1 are possible", total));
    }
    if (all.size() > MOST_REGIONS) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%d regions, at most %d are possible; set farsight.cache.tables.NAME.size for fewer tables",
              all.size(),
              MOST_REGIONS));
    }
    parts = List.copyOf(all);
    groups = new RowGroups(tables, shares, regionOfTable);
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
    return parts.stream().mapToInt(Part::slots).sum();
  }

  /**
   * The size to configure so that a region has {@code load} times its slots: slots of the region's
   * table, or of the whole cache if the region is shared, because shared regions grow together.
   */
  long slotsFor(int region, double load) {
    if (parts.get(region).table() != null) {
      return (long) Math.ceil(load * parts.get(region).slots());
    }
    return slots() - sharedSlots() + (long) Math.ceil(load * sharedSlots());
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
    long needed = parts.size() == 1 ? rows : slotsFor(tightest, worst);
    return new CacheTooSmallException(
        part.name(), rows, part.slots(), part.sizeKey(), needed, remedy());
  }

  private long sharedSlots() {
    return parts.stream().filter(p -> p.table() == null).mapToLong(Part::slots).sum();
  }

  /**
   * Rows of a request that regions allocate memory for at first, if a request has at most {@code
   * maxRequest}: all of a table, or a hash share. A hash may give a region more than its share by 8
   * standard deviations before its memory has to grow.
   */
  int usualRows(int region, int maxRequest) {
    Part part = parts.get(region);
    long most = Math.min(maxRequest, part.rows());
    return part.table() != null
        ? (int) most
        : (int) Math.min(most, CacheNeed.mostInShare(maxRequest, groups.shares()));
  }

  /**
   * The settings to change so that every batch fits, by key. Empty if every batch should fit, or if
   * it is not known how large batches can be.
   */
  public Map<String, String> remedy() {
    return need == null ? Map.of() : need.remedy(ownSlots, sharedSlots(), groups.shares());
  }

  /** Number of regions. */
  public int regions() {
    return parts.size();
  }

  /** The region that a row belongs to. */
  public int regionOf(long row) {
    return groups.of(row);
  }

  /** Which rows belong to which region: groups are regions. */
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
