package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.text.BagRule;
import dev.farsight.datasets.text.BagRule.LongBags;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.MinCounts;
import dev.farsight.datasets.text.NearestName;
import dev.farsight.datasets.text.RowIndexRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the list {@code categorical}: the columns, each with a table of its own or with that of
 * another entry.
 */
final class CsvCategories {

  private static final List<String> KINDS = List.of("hex", "integer", "string");

  private static final String[] KEYS = {
    "column",
    "name",
    "rows",
    "kind",
    "table",
    "separator",
    "max-lookups",
    "pooling",
    "weights",
    "padding",
    "min-count"
  };

  private final Settings own;
  private final char fieldSeparator;
  private final LongBags longBags;
  private final List<Settings> entries;

  /** By the names of entries; in order. */
  private final Map<String, Settings> byName = new LinkedHashMap<>();

  private final List<CategoricalColumn> columns = new ArrayList<>();

  private CsvCategories(Settings own) {
    this.own = own;
    this.fieldSeparator = Separators.ofFields(own);
    this.longBags = BagEntry.longBags(own);
    this.entries = Entries.of(own, "categorical");
  }

  static CsvCategories of(Settings own) {
    var made = new CsvCategories(own);
    for (Settings entry : made.entries) {
      Entries.onlyKeys(entry, KEYS);
      String name = name(entry);
      if (made.byName.put(name, entry) != null) {
        throw own.bad(
            "categorical",
            "has two entries with the name " + Quoted.of(name) + "; give one of them another name");
      }
    }
    if (made.entries.isEmpty()) {
      throw own.bad("categorical", "names no column; at least one is needed");
    }
    made.entries.forEach(entry -> made.columns.add(made.column(entry)));
    return made;
  }

  List<CategoricalColumn> columns() {
    return columns;
  }

  /** Names, or numbers, of the columns. */
  List<String> names() {
    return entries.stream().map(entry -> entry.string("column")).toList();
  }

  /** Names, or numbers, of the columns with the weights of bags. */
  List<Optional<String>> weights() {
    return entries.stream().map(entry -> entry.optionalString("weights")).toList();
  }

  private static String name(Settings entry) {
    return entry.optionalString("name").orElseGet(() -> entry.string("column"));
  }

  private CategoricalColumn column(Settings entry) {
    Settings owner = entry.has("table") ? shared(entry) : entry;
    var table = new Table(name(owner), owner.integer("rows", 1, Integer.MAX_VALUE));
    RowIndexRule rule =
        switch (owner.choice("kind", KINDS)) {
          case "hex" -> RowIndexRule.hex(RowIndexRule.HEX_DIGITS);
          case "integer" -> RowIndexRule.integer();
          default -> RowIndexRule.text();
        };
    BagRule bag = BagEntry.of(entry, fieldSeparator, longBags);
    return MinCounts.apply(
        new CategoricalColumn(name(entry), table, rule, bag), owner.has("min-count") ? owner : own);
  }

  /** The entry whose table this one shares. */
  private Settings shared(Settings entry) {
    String table = entry.string("table");
    for (String key : List.of("rows", "kind", "min-count")) {
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
