package dev.farsight.datasets.text;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.MissingColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The columns that a header names. */
final class HeaderColumns {

  private final List<String> names;
  private final Map<String, Integer> fields = new HashMap<>();

  /** Where a name stands the second time. */
  private final Map<String, Integer> repeated = new HashMap<>();

  HeaderColumns(List<String> names) {
    this.names = names;
    for (int f = 0; f < names.size(); f++) {
      if (fields.putIfAbsent(names.get(f), f) != null) {
        repeated.putIfAbsent(names.get(f), f);
      }
    }
  }

  /** Field of a column that must be there. */
  int required(String name) {
    return required(name, "");
  }

  /** Field of the column of labels, which must be there. */
  int label(String name) {
    return required(name, "; data without labels is read with data.csv.label = null");
  }

  private int required(String name, String advice) {
    int field = find(name);
    if (field < 0) {
      throw missing(name, advice);
    }
    return field;
  }

  /** Field of the column, -1 if there is none. */
  int find(String name) {
    int field = fields.getOrDefault(name, -1);
    if (repeated.containsKey(name)) {
      throw new BadRowException(
          "the header names column %s twice: columns %d and %d"
              .formatted(name, field + 1, repeated.get(name) + 1));
    }
    return field;
  }

  private BadRowException missing(String name, String advice) {
    String hint = DelimitedFormat.hint(names, "the header");
    return new BadRowException(
        "the header has no column "
            + name
            + (hint.isEmpty() ? meantOr(advice, name) : hint)
            + MissingColumn.found(names));
  }

  private String meantOr(String advice, String name) {
    String meant = MissingColumn.meant(name, names);
    return meant.isEmpty() ? advice : meant;
  }
}
