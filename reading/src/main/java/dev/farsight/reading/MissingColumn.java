package dev.farsight.reading;

import dev.farsight.api.internal.NearestName;
import java.util.Collection;
import java.util.List;

/** Words for a column that files lack: which name was probably meant, and which names they have. */
public final class MissingColumn {

  /** Names are listed until they take so many characters. */
  private static final int MOST_SHOWN = 150;

  private static final int LONGEST_SHOWN = 40;

  private MissingColumn() {}

  /**
   * A question for the name that was probably meant, to follow on a complaint; empty if no name is
   * similar.
   *
   * @param name the column that is missing
   * @param names those of which one may have been meant
   */
  public static String meant(String name, Collection<String> names) {
    return NearestName.to(name, List.copyOf(names))
        .map(near -> "; did you mean " + shown(near) + "?")
        .orElse("");
  }

  /** The names that there are, in brackets, to follow on a complaint; the first of many. */
  public static String found(Collection<String> names) {
    var some = new StringBuilder();
    int shown = 0;
    for (String name : names) {
      if (some.length() >= MOST_SHOWN) {
        break;
      }
      some.append(shown == 0 ? "" : ", ").append(shown(name));
      shown++;
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
