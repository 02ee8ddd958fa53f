package dev.farsight.datasets.text;

import java.util.List;

/**
 * What is probably wrong with a file that does not have the columns it should have. A hint follows
 * on the complaint; it is empty if nothing is suspected.
 */
public final class DialectHints {

  private static final List<String> SEPARATORS = List.of(";", "\t", "|", ",");

  private static final String UTF_16 = "; the file seems to be UTF-16, and UTF-8 is needed";

  /** The two bytes of a UTF-16 byte order mark, decoded as UTF-8. */
  private static final String UTF_16_MARK = "\uFFFD\uFFFD";

  private DialectHints() {}

  /**
   * A hint by the fields of a row that lacks columns.
   *
   * @param what the row, as in {@code the header}
   */
  public static String of(List<String> fields, String what) {
    if (fields.stream().anyMatch(DialectHints::isUtf16)) {
      return UTF_16;
    }
    if (fields.stream().anyMatch(DialectHints::holdsLoneReturn)) {
      return "; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed";
    }
    return fields.size() == 1 ? separatorHint(fields.get(0), what) : "";
  }

  /** A hint by a field that means nothing. */
  static String encoding(String field) {
    return isUtf16(field) ? UTF_16 : "";
  }

  private static boolean isUtf16(String field) {
    return field.indexOf('\0') >= 0 || field.startsWith(UTF_16_MARK);
  }

  private static boolean holdsLoneReturn(String name) {
    for (int at = name.indexOf('\r'); at >= 0; at = name.indexOf('\r', at + 1)) {
      if (at + 1 == name.length() || name.charAt(at + 1) != '\n') {
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
