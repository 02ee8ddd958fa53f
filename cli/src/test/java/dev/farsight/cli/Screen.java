package dev.farsight.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person sees on a terminal, with everything that has scrolled away. Knows what a progress
 * line may use, and fails on anything else. A title, as in {@code ESC ]0;80 BEL}, resizes it.
 */
final class Screen {

  private static final Pattern CONTROL =
      Pattern.compile("\033\\[(\\?7[lh]|J)|\033]0;(\\d+)\007|[\\x00-\\x1f]");

  private final boolean wrapsAgain;
  private final List<Row> rows = new ArrayList<>(List.of(new Row("")));
  private int columns;
  private int row;
  private int column;
  private boolean wraps = true;

  /** A row; {@code goesOn} if the next is the rest of the same line. */
  private static final class Row {
    private final StringBuilder text;
    private boolean goesOn;

    Row(String text) {
      this.text = new StringBuilder(text);
    }
  }

  /**
   * @param wrapsAgain whether a narrower window wraps lines again, as most do, or cuts them
   */
  Screen(int columns, boolean wrapsAgain) {
    this.columns = columns;
    this.wrapsAgain = wrapsAgain;
  }

  /** Takes what a program has printed. */
  void print(String output) {
    Matcher control = CONTROL.matcher(output);
    int end = 0;
    while (control.find()) {
      output.substring(end, control.start()).chars().forEach(c -> put((char) c));
      end = control.end();
      control(control);
    }
    output.substring(end).chars().forEach(c -> put((char) c));
  }

  private void control(Matcher control) {
    if (control.group(2) != null) {
      resize(Integer.parseInt(control.group(2)));
      return;
    }
    switch (control.group()) {
      case "\r" -> column = 0;
      case "\n" -> lineFeed();
      case "\007" -> {}
      case "\033[?7l" -> wraps = false;
      case "\033[?7h" -> wraps = true;
      case "\033[J" -> eraseRest();
      default -> throw new AssertionError("unknown control " + (int) control.group().charAt(0));
    }
  }

  private void put(char c) {
    if (column == columns) {
      if (wraps) {
        rows.get(row).goesOn = true;
        lineFeed();
        column = 0;
      } else {
        column--;
      }
    }
    StringBuilder text = rows.get(row).text;
    while (text.length() <= column) {
      text.append(' ');
    }
    text.setCharAt(column++, c);
  }

  private void lineFeed() {
    if (++row == rows.size()) {
      rows.add(new Row(""));
    }
  }

  /** After the last column, the cursor is still on it. */
  private void eraseRest() {
    Row here = rows.get(row);
    here.text.setLength(Math.min(here.text.length(), Math.min(column, columns - 1)));
    here.goesOn = false;
    rows.subList(row + 1, rows.size()).clear();
  }

  private void resize(int newColumns) {
    if (wrapsAgain) {
      wrapAgain(newColumns);
    } else {
      rows.forEach(r -> r.text.setLength(Math.min(r.text.length(), newColumns)));
    }
    columns = newColumns;
    column = Math.min(column, columns - 1);
  }

  /** The cursor stays on the character that it is on. */
  private void wrapAgain(int newColumns) {
    List<Row> before = List.copyOf(rows);
    rows.clear();
    int cursorRow = row;
    for (int first = 0; first < before.size(); ) {
      var line = new StringBuilder();
      int cursor = -1;
      int r = first;
      do {
        if (r == cursorRow) {
          cursor = line.length() + column;
        }
        line.append(before.get(r).text);
      } while (before.get(r++).goesOn);
      first = r;
      if (cursor >= 0) {
        row = rows.size() + cursor / newColumns;
        column = cursor % newColumns;
      }
      for (int from = 0; from == 0 || from < line.length(); from += newColumns) {
        var part = new Row(line.substring(from, Math.min(line.length(), from + newColumns)));
        part.goesOn = from + newColumns < line.length();
        rows.add(part);
      }
    }
    while (rows.size() <= row) {
      rows.add(new Row(""));
    }
  }

  /** The rows from the top, without blanks at their ends. */
  List<String> rows() {
    return rows.stream().map(r -> r.text.toString().stripTrailing()).toList();
  }

  /** Where the cursor is. */
  int column() {
    return column;
  }
}
