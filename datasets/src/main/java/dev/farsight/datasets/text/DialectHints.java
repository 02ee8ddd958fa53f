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
    return of(fields, what, "is that the separator?");
  }

  /**
   * A hint by the fields of a row of a format that is known in advance: rather than its separator,
   * the choice of the format may be wrong.
   */
  static String ofRow(List<String> fields) {
    return of(fields, "the row", "is that the separator, or should data.source be another?");
  }

  private static String of(List<String> fields, String what, String question) {
    for (String field : fields) {
      String encoding = Utf16Hint.of(field);
      if (!encoding.isEmpty()) {
        return encoding;
      }
    }
    if (fields.stream().anyMatch(DialectHints::holdsLoneReturn)) {
      return "; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed";
    }
    return fields.size() == 1 ? separatorHint(fields.get(0), what, question) : "";
  }

  private static boolean holdsLoneReturn(String field) {
    for (int at = field.indexOf('\r'); at >= 0; at = field.indexOf('\r', at + 1)) {
      if (at + 1 == field.length() || field.charAt(at + 1) != '\n') {
        return true;
      }
    }
    return false;
  }

  private static String separatorHint(String only, String what, String question) {
    return SEPARATORS.stream()
        .filter(only::contains)
        .findFirst()
        .map(separator -> separator.equals("\t") ? "a tab" : "'" + separator + "'")
        .map(it -> "; " + what + " is one field that contains " + it + ": " + question)
        .orElse("");
  }
}
