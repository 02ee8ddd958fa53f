package dev.farsight.datasets.text;

import dev.farsight.reading.file.Utf16Hint;
import java.util.List;

/**
 * What is probably wrong with a file that does not have the columns it should have. A hint follows
 * on the complaint; it is empty if nothing is suspected.
 */
final class DialectHints {

  private static final List<String> SEPARATORS = List.of(";", "\t", "|", ",");

  private DialectHints() {}

  /**
   * A hint by a row that lacks columns.
   *
   * @param oneField whether the row is one field
   * @param what the row, as in {@code the header}
   */
  static String of(String row, boolean oneField, String what) {
    String encoding = Utf16Hint.of(row);
    if (!encoding.isEmpty()) {
      return encoding;
    }
    if (holdsLoneReturn(row)) {
      return "; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed";
    }
    return oneField ? separatorHint(row, what) : "";
  }

  private static boolean holdsLoneReturn(String row) {
    for (int at = row.indexOf('\r'); at >= 0; at = row.indexOf('\r', at + 1)) {
      if (at + 1 == row.length() || row.charAt(at + 1) != '\n') {
        return true;
      }
    }
    return false;
  }

  private static String separatorHint(String only, String what) {
    return SEPARATORS.stream()
        .filter(only::contains)
        .findFirst()
        .map(separator -> separator.equals("\t") ? "a tab" : "'" + separator + "'")
        .map(it -> "; " + what + " is one field that contains " + it + ": is that the separator?")
        .orElse("");
  }
}
