package dev.farsight.cli;

import com.typesafe.config.Config;
import java.util.Locale;

/**
 * Figures of a report in words.
 *
 * @param report of a run, or a part of one: what is missing or null is undefined
 */
record ReportFigures(Config report) {

  /** Whether there is a value. */
  boolean has(String path) {
    return report.hasPath(path);
  }

  /** Whether there is a number above 0. */
  boolean counts(String path) {
    return has(path) && report.getLong(path) > 0;
  }

  boolean is(String path) {
    return has(path) && report.getBoolean(path);
  }

  String text(String path) {
    return report.getString(path);
  }

  /** A whole number, 0 if it is undefined. */
  long whole(String path) {
    return has(path) ? report.getLong(path) : 0;
  }

  /** Such as {@code 1,234}; 0 if it is undefined. */
  String count(String path) {
    return Amount.count(whole(path));
  }

  /** A number with so many digits behind the point. */
  String fixed(String path, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number(path));
  }

  /** Not a number if it is undefined. */
  double number(String path) {
    return has(path) ? report.getDouble(path) : Double.NaN;
  }
}
