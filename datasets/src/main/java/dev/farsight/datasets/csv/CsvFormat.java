package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.DenseColumn;
import dev.farsight.datasets.text.HeaderMapper;
import dev.farsight.datasets.text.LogTransform;
import dev.farsight.datasets.text.RowIndexRule;
import dev.farsight.datasets.text.TextFormat;
import dev.farsight.datasets.text.Transform;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Makes a format of the section {@code farsight.data.csv}. */
final class CsvFormat {

  private static final List<String> KINDS = List.of("hex", "integer", "string");
  private static final List<String> TRANSFORMS = List.of("log", "none", "standard");

  private CsvFormat() {}

  static TextFormat of(Settings own) {
    char separator = separator(own);
    boolean header = own.bool("header");
    var dense = new ArrayList<DenseColumn>();
    var denseColumns = new ArrayList<String>();
    for (Settings column : Entries.of(own, "dense")) {
      Entries.onlyKeys(column, "column", "transform", "mean", "deviation");
      denseColumns.add(column.string("column"));
      dense.add(new DenseColumn(column.string("column"), false, transform(own, column)));
    }
    var categorical = new ArrayList<CategoricalColumn>();
    var categoricalColumns = new ArrayList<String>();
    var names = new HashSet<String>();
    for (Settings column : Entries.of(own, "categorical")) {
      Entries.onlyKeys(column, "column", "name", "rows", "kind");
      categoricalColumns.add(column.string("column"));
      CategoricalColumn made = categorical(column);
      if (!names.add(made.table().name())) {
        throw own.bad("categorical", "names two tables " + made.table().name());
      }
      categorical.add(made);
    }
    if (categorical.isEmpty()) {
      throw own.bad("categorical", "names no column; at least one is needed");
    }
    String label = own.optionalString("label").orElse(null);
    return new TextFormat(
        separator,
        own.bool("quotes"),
        header,
        List.copyOf(dense),
        List.copyOf(categorical),
        header
            ? new HeaderMapper(label, label != null, denseColumns, categoricalColumns)
            : NumberMapper.of(own, label, denseColumns, categoricalColumns));
  }

  private static char separator(Settings own) {
    String text = own.string("separator");
    if (text.length() != 1 || text.charAt(0) > 127 || "\"\n\r".contains(text)) {
      throw own.bad("separator", "is not one ASCII character other than a quote or line end");
    }
    return text.charAt(0);
  }

  private static Transform transform(Settings own, Settings column) {
    Settings from = column.has("transform") ? column : own;
    String name = from.choice("transform", TRANSFORMS);
    if (!name.equals("standard")) {
      refuseUnused(column, "mean", name);
      refuseUnused(column, "deviation", name);
    }
    return switch (name) {
      case "log" -> new LogTransform();
      case "none" -> Transform.none();
      default ->
          Transform.standard(
              column.number("mean", -Double.MAX_VALUE, Double.MAX_VALUE),
              column.number("deviation", Double.MIN_NORMAL, Double.MAX_VALUE));
    };
  }

  private static void refuseUnused(Settings column, String key, String transform) {
    if (column.has(key)) {
      throw column.bad(
          key,
          "is not used by transform = "
              + transform
              + "; set transform = standard, or leave it out");
    }
  }

  private static CategoricalColumn categorical(Settings column) {
    String name = column.optionalString("name").orElseGet(() -> column.string("column"));
    int rows = column.integer("rows", 1, Integer.MAX_VALUE);
    RowIndexRule rule =
        switch (column.choice("kind", KINDS)) {
          case "hex" -> RowIndexRule.hex(RowIndexRule.HEX_DIGITS);
          case "integer" -> RowIndexRule.integer();
          default -> RowIndexRule.text();
        };
    return new CategoricalColumn(new Table(name, rows), rule);
  }
}
