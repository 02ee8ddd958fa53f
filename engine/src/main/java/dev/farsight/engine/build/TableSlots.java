package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.cache.CacheTooSmallException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The slots that tables have of their own ({@code cache.tables}). */
final class TableSlots {

  private TableSlots() {}

  /** Slots by table name, in table order; only tables with slots of their own. */
  static Map<String, Long> of(Settings cache, TableSet tables, RowFormat format) {
    Settings section = cache.section("tables");
    Map<String, Long> slots = new TreeMap<>(Comparator.comparingInt(tables::find));
    for (String name : section.config().root().keySet()) {
      Settings table = section.section(name);
      int t = tables.find(name);
      if (t < 0) {
        throw TableNames.unknown(table, "size", name, tables);
      }
      if (table.has("size")) {
        slots.put(name, CacheSize.slots(table, "size", tables.get(t).rows(), format));
      }
    }
    return slots;
  }

  /**
   * The slots of {@code cache.size} that remain for tables without slots of their own.
   *
   * @param shares regions that share them
   */
  static long shared(
      Settings cache,
      long slots,
      Map<String, Long> tableSlots,
      int shares,
      TableSet tables,
      CacheNeed need) {
    long taken = tableSlots.values().stream().mapToLong(Long::longValue).sum();
    boolean othersNeedSome = tableSlots.size() < tables.size();
    if (taken > slots || (othersNeedSome && taken == slots)) {
      throw cache.bad(
          "size",
          String.format(
              Locale.ROOT,
              "gives %d slots; cache.tables takes %d of them for %s%s; %s",
              slots,
              taken,
              String.join(", ", tableSlots.keySet()),
              othersNeedSome ? ", which leaves none for the other tables" : "",
              CacheTooSmallException.settings(remedy(tableSlots, shares, taken, need))));
    }
    return slots - taken;
  }

  private static Map<String, String> remedy(
      Map<String, Long> tableSlots, int shares, long taken, CacheNeed need) {
    Map<String, String> remedy = need.remedy(tableSlots, 0, shares);
    return remedy.isEmpty() ? Map.of("cache.size", "\"" + taken + " rows\"") : remedy;
  }
}
