package dev.farsight.datasets.criteo;

import java.util.Arrays;

/** Makes Criteo rows for tests: few words for rows of forty columns. */
final class CriteoRows {

  private CriteoRows() {}

  /** A row with the value {@code number} in I1 and {@code number} as eight digits in C1. */
  static String labelled(int label, int number) {
    return label + "\t" + unlabelled(number);
  }

  static String unlabelled(int number) {
    return join(fields(number));
  }

  /** The 39 fields of a row. */
  static String[] fields(int number) {
    var fields = new String[39];
    for (int i = 0; i < 13; i++) {
      fields[i] = i == 0 ? "" + number : "" + i;
    }
    for (int c = 0; c < 26; c++) {
      fields[13 + c] = "%08x".formatted(c == 0 ? number : 0xa0000000L + c);
    }
    return fields;
  }

  static String join(String[] fields) {
    return String.join("\t", fields);
  }

  /** A labelled row with one column replaced; I1 is 1, C1 is 14, the label 0. */
  static String with(int number, int column, String text) {
    String[] fields = labelled(1, number).split("\t", -1);
    fields[column] = text;
    return join(fields);
  }

  /** A row without its last columns. */
  static String first(String row, int columns) {
    return join(Arrays.copyOf(row.split("\t", -1), columns));
  }
}
