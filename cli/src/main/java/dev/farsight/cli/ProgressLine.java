package dev.farsight.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A line of progress, fitted to a width: a name, a bar, and fields of which those that matter least
 * are left out first. The bar takes the room that is left.
 */
final class ProgressLine {

  private static final int SHORTEST_BAR = 10;
  private static final int LONGEST_BAR = 40;

  /** Between two parts. */
  private static final String GAP = "  ";

  private final String name;
  private final double share;
  private final List<Field> fields = new ArrayList<>();

  /**
   * @param rank 1 is the last to be left out
   */
  private record Field(String text, int rank) {}

  /**
   * @param share how much is done, 0 to 1; not a number if unknown, and there is no bar
   */
  ProgressLine(String name, double share) {
    this.name = name;
    this.share = share;
  }

  /**
   * Adds a field behind the others.
   *
   * @param rank 1 is the last to be left out; no two fields have the same
   */
  ProgressLine field(int rank, String text) {
    fields.add(new Field(text, rank));
    return this;
  }

  /** The line in at most so many characters. */
  String fit(int width) {
    List<Field> shown = new ArrayList<>(fields);
    while (!shown.isEmpty() && length(shown) > width) {
      shown.remove(shown.stream().max(Comparator.comparingInt(Field::rank)).orElseThrow());
    }
    var line = new StringBuilder(name).append(percent());
    if (!percent().isEmpty()) {
      line.append(bar(Math.min(LONGEST_BAR, SHORTEST_BAR + width - length(shown))));
    }
    shown.forEach(field -> line.append(GAP).append(field.text));
    return shortened(line.toString(), width);
  }

  private int length(List<Field> shown) {
    String percent = percent();
    return name.length()
        + percent.length()
        + (percent.isEmpty() ? 0 : bar(SHORTEST_BAR).length())
        + shown.stream().mapToInt(field -> GAP.length() + field.text.length()).sum();
  }

  private String percent() {
    return Double.isNaN(share) ? "" : String.format(Locale.ROOT, " %3d%%", (int) (100 * share));
  }

  private String bar(int length) {
    if (length < SHORTEST_BAR) {
      return "";
    }
    int full = (int) (share * length);
    String head = full < length ? ">" : "";
    return " [" + "=".repeat(full) + head + " ".repeat(length - full - head.length()) + "]";
  }

  private static String shortened(String line, int width) {
    if (line.length() <= width) {
      return line;
    }
    return width < 3 ? ".".repeat(width) : line.substring(0, width - 3) + "...";
  }
}
