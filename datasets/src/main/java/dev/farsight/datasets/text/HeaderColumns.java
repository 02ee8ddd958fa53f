package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.file.DataFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The columns that a header names. */
final class HeaderColumns {

  /** Names are listed until they take so many characters. */
  private static final int MOST_SHOWN = 150;

  private static final int LONGEST_SHOWN = 40;

  private final DataFile file;
  private final long line;
  private final List<String> names;
  private final Map<String, Integer> fields = new HashMap<>();

  /** Where a name stands the second time. */
  private final Map<String, Integer> repeated = new HashMap<>();

  HeaderColumns(DataFile file, long line, List<String> names) {
    this.file = file;
    this.line = line;
    this.names = names;
    for (int f = 0; f < names.size(); f++) {
      if (fields.putIfAbsent(names.get(f), f) != null) {
        repeated.putIfAbsent(names.get(f), f);
      }
    }
  }

  /** Fields of columns that must be there. */
  int[] fields(List<String> wanted) {
    return wanted.stream().mapToInt(this::required).toArray();
  }

  /** Field of a column that must be there. */
  int required(String name) {
    int field = find(name);
    if (field < 0) {
      throw missing(name);
    }
    return field;
  }

  /** Field of the column, -1 if there is none. */
  int find(String name) {
    int field = fields.getOrDefault(name, -1);
    if (repeated.containsKey(name)) {
      throw bad(
          "the header names column %s twice: columns %d and %d"
              .formatted(name, field + 1, repeated.get(name) + 1));
    }
    return field;
  }

  FarsightException missing(String name) {
    String hint = DialectHints.of(names, "the header");
    return bad(
        "the header has no column " + name + (hint.isEmpty() ? meant(name) : hint) + found());
  }

  private String meant(String name) {
    return NearestName.to(name, names)
        .map(near -> "; did you mean " + shown(near) + "?")
        .orElse("");
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
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return name.isEmpty() || !name.equals(name.strip()) || name.contains(",")
        ? "'" + line + "'"
        : line;
  }

  private FarsightException bad(String complaint) {
    return new FarsightException(file + ":" + line + ": " + complaint);
  }
}
