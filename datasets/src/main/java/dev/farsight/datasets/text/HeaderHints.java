package dev.farsight.datasets.text;

import java.util.List;

/** What is probably wrong with a file whose header lacks a column. */
final class HeaderHints {

  private static final List<String> SEPARATORS = List.of(";", "\t", "|", ",");

  /** The two bytes of a UTF-16 byte order mark, decoded as UTF-8. */
  private static final String UTF_16_MARK = "\uFFFD\uFFFD";

  private HeaderHints() {}

  /** A hint that follows on the complaint; empty if the header looks like one. */
  static String of(List<String> names) {
    if (names.get(0).startsWith(UTF_16_MARK)
        || names.stream().anyMatch(name -> name.indexOf('\0') >= 0)) {
      return "; the file seems to be UTF-16, and UTF-8 is needed";
    }
    if (names.stream().anyMatch(HeaderHints::holdsLoneReturn)) {
      return "; the lines seem to end in CR alone, as on an old Mac, and LF or CR LF is needed";
    }
    return names.size() == 1 ? separatorHint(names.get(0)) : "";
  }

  private static boolean holdsLoneReturn(String name) {
    for (int at = name.indexOf('\r'); at >= 0; at = name.indexOf('\r', at + 1)) {
      if (at + 1 == name.length() || name.charAt(at + 1) != '\n') {
        return true;
      }
    }
    return false;
  }

  private static String separatorHint(String only) {
    return SEPARATORS.stream()
        .filter(only::contains)
        .findFirst()
        .map(separator -> separator.equals("\t") ? "a tab" : "'" + separator + "'")
        .map(it -> "; the header is one field that contains " + it + ": is that the separator?")
        .orElse("");
  }
}
