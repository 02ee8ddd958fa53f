package dev.farsight.datasets.text;

import dev.farsight.api.internal.NearestName;
import dev.farsight.reading.BadRowException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The columns that a header names. */
final class HeaderColumns {

  /** Names are listed until they take so many characters. */
  private static final int MOST_SHOWN = 150;

  private static final int LONGEST_SHOWN = 40;

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
            + (hint.isEmpty() ? meant(name).orElse(advice) : hint)
            + found());
  }

  private Optional<String> meant(String name) {
    return NearestName.to(name, names).map(near -> "; did you mean " + shown(near) + "?");
  }

  private String found() {
    var some = new StringBuilder();
    int shown = 0;
    while (shown < names.size() && some.length() < MOST_SHOWN) {
      some.append(shown == 0 ? "" : ", ").append(shown(names.get(shown++)));
    }
    int more = names.size() - shown;
    return " (columns found: " + some + (more > 0 ? " and " + more + " more" : "") + ")";
  }

  /** A name as part of one line; in quotes if it could not be told from the text around it. */
  private static String shown(String name) {
    String text = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "..." : name;
    String line = text.replace("\t", "\\t").replaceAll("\\p{Cntrl}", "?");
    return name.isEmpty() || !name.equals(name.strip()) || name.contains(",")
        ? "'" + line + "'"
        : line;
  }
}
