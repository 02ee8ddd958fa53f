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
   * A hint by the fields of a row that lacks columns.
   *
   * @param what the row, as in {@code the header}
   */
  static String of(List<String> fields, String what) {
    for (String field : fields) {
      String encoding = Utf16Hint.of(field);
      if (!encoding.isEmpty()) {
        return encoding;
      }
    }
    if (fields.stream().anyMatch(DialectHints::holdsLoneReturn)) {
      return "; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed";
    }
    return fields.size() == 1 ? separatorHint(fields.get(0), what) : "";
  }

  private static boolean holdsLoneReturn(String field) {
    for (int at = field.indexOf('\r'); at >= 0; at = field.indexOf('\r', at + 1)) {
      if (at + 1 == field.length() || field.charAt(at + 1) != '\n') {
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
