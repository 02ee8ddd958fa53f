package dev.farsight.reading.internal.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.NearestName;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.RowIndexRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the list {@code categorical}: the columns, each with a table of its own or with that of
 * another entry.
 */
public final class CategoricalEntries {

  private static final List<String> KINDS = List.of("hex", "integer", "string");

  private static final List<String> KEYS =
      List.of(
          "column",
          "name",
          "rows",
          "kind",
          "table",
          Ids.KEY,
          BagEntry.SEPARATOR,
          "max-lookups",
          "pooling",
          "weights",
          "padding",
          "min-count");

  private final Settings own;
  private final BagEntry bags;
  private final List<Settings> entries;

  /** By the names of entries; in order. */
  private final Map<String, Settings> byName = new LinkedHashMap<>();

  private CategoricalEntries(Settings own, BagEntry bags) {
    this.own = own;
    this.bags = bags;
    this.entries = Entries.of(own, "categorical");
  }

  /** Columns whose bags are handed over value by value. */
  public static List<CategoricalColumn> listed(Settings own) {
    return columns(own, BagEntry.listed(own));
  }

  /** Columns whose bags stand in one field, with a separator of their own. */
  public static List<CategoricalColumn> separated(Settings own, char fieldSeparator) {
    return columns(own, BagEntry.separated(own, fieldSeparator));
  }

  private static List<CategoricalColumn> columns(Settings own, BagEntry bags) {
    var read = new CategoricalEntries(own, bags);
    for (Settings entry : read.entries) {
      Entries.onlyKeys(entry, KEYS.stream().filter(bags::knows).toList());
      String name = name(entry);
      if (read.byName.put(name, entry) != null) {
        throw own.bad(
            "categorical",
            "has two entries with the name " + Quoted.of(name) + "; give one of them another name");
      }
    }
    if (read.entries.isEmpty()) {
      throw own.bad("categorical", "names no column; at least one is needed");
    }
    return read.entries.stream().map(read::column).toList();
  }

  private static String name(Settings entry) {
    return entry.optionalString("name").orElseGet(() -> entry.string("column"));
  }

  private CategoricalColumn column(Settings entry) {
    Settings owner = entry.has("table") ? shared(entry) : entry;
    boolean vocabulary = Ids.vocabulary(owner.has(Ids.KEY) ? owner : own);
    int rows = vocabulary ? Ids.mostRows(owner) : owner.integer("rows", 1, Integer.MAX_VALUE);
    var table = new Table(name(owner), rows);
    RowIndexRule rule =
        switch (owner.choice("kind", KINDS)) {
          case "hex" -> RowIndexRule.hex(RowIndexRule.HEX_DIGITS);
          case "integer" -> RowIndexRule.integer();
          default -> RowIndexRule.text();
        };
    var column =
        new CategoricalColumn(
            entry.string("column"), name(entry), table, rule, bags.rule(entry), 1);
    Settings counts = owner.has("min-count") ? owner : own;
    return vocabulary
        ? column.withVocabulary(MinCounts.read(counts))
        : MinCounts.apply(column, counts);
  }

  /** The entry whose table this one shares. */
  private Settings shared(Settings entry) {
    String table = entry.string("table");
    for (String key : List.of("rows", "kind", "min-count", Ids.KEY)) {
      if (entry.has(key)) {
        throw entry.bad(
            key, "must not be given with table: that of entry " + Quoted.of(table) + " counts");
      }
    }
    Settings owner = byName.get(table);
    if (owner == null) {
      throw entry.bad("table", "is the name of no entry" + known(table));
    }
    if (owner == entry) {
      throw entry.bad("table", "is this entry itself; give rows and kind, or another entry's name");
    }
    if (owner.has("table")) {
      throw entry.bad(
          "table",
          "has no table of its own, but shares that of "
              + Quoted.of(owner.string("table"))
              + "; name an entry with rows");
    }
    return owner;
  }

  private String known(String table) {
    List<String> owners =
        byName.entrySet().stream()
            .filter(named -> !named.getValue().has("table"))
            .map(Map.Entry::getKey)
            .toList();
    String near =
        NearestName.to(table, owners).map(name -> "; did you mean " + name + "?").orElse("");
    return near + " (entries with a table: " + Quoted.of(String.join(", ", owners)) + ")";
  }
}
