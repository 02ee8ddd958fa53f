package dev.farsight.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table that fits the terminal: as many columns as there is room for, numbers to the right. The
 * first column, of names, is always there, and is cut short if need be.
 */
final class FittingTable {

  /** The rank of a column that is not shown at all. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final int GAP = 2;
  private static final int SHORTEST_NAME = 8;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A column.
   *
   * @param rank columns of higher rank are left out first
   */
  record Column(String title, int rank) {}

  FittingTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  void row(List<String> entries) {
    rows.add(List.copyOf(entries));
  }

  /**
   * Prints the table.
   *
   * @param width columns of the terminal
   * @return whether all columns that may be shown had room
   */
  boolean print(PrintStream out, int width) {
    List<Integer> shown = shown(width);
    int name = nameWidth(shown, width);
    print(out, columns.stream().map(Column::title).toList(), shown, name);
    rows.forEach(row -> print(out, row, shown, name));
    return shown.size() == columns.stream().filter(column -> column.rank() != NEVER).count();
  }

  /** Positions of the columns for which there is room. */
  private List<Integer> shown(int width) {
    List<Integer> byRank =
        IntStream.range(1, columns.size())
            .boxed()
            .filter(c -> columns.get(c).rank() != NEVER)
            .sorted(Comparator.comparing(c -> columns.get(c).rank()))
            .toList();
    int left = width - Math.min(width(0), SHORTEST_NAME);
    List<Integer> shown = new ArrayList<>(List.of(0));
    for (int column : byRank) {
      left -= GAP + width(column);
      if (left < 0) {
        break;
      }
      shown.add(column);
    }
    shown.sort(Comparator.naturalOrder());
    return shown;
  }

  private int nameWidth(List<Integer> shown, int width) {
    int others = shown.stream().skip(1).mapToInt(column -> GAP + width(column)).sum();
    return Math.min(width(0), Math.max(SHORTEST_NAME, width - others));
  }

  private void print(PrintStream out, List<String> row, List<Integer> shown, int nameWidth) {
    String name = row.get(0);
    String cut = name.length() > nameWidth ? name.substring(0, nameWidth - 1) + "~" : name;
    var line = new StringBuilder(cut).append(" ".repeat(nameWidth - cut.length()));
    for (int column : shown.subList(1, shown.size())) {
      String entry = row.get(column);
      line.append(" ".repeat(GAP + width(column) - entry.length())).append(entry);
    }
    out.println(line.toString().stripTrailing());
  }

  private int width(int column) {
    return Math.max(
        columns.get(column).title().length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }
}
