package dev.farsight.engine.cache;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a setting such as {@code cache.size}: a share of the rows, a number of rows, a size
 * in bytes, or all rows. Immutable.
 */
public final class CacheSize {

  private static final Pattern SHARE =
      Pattern.compile("[0-9.]+ *%|[+]?[01]?\\.[0-9]+|[0-9.]+e-[0-9]+");
  private static final Pattern ROWS = Pattern.compile("([0-9]{1,18}) *rows?");
  private static final Pattern NUMBER = Pattern.compile("[0-9.]+");

  private final Unit unit;
  private final double amount;

  private enum Unit {
    SHARE,
    ROWS,
    BYTES
  }

  private CacheSize(Unit unit, double amount) {
    this.unit = unit;
    this.amount = amount;
  }

  /**
   * Reads {@code "1%"} or {@code 0.01} of the rows, {@code "500000 rows"}, a size in bytes such as
   * {@code "4 GiB"}, or {@code "all"}.
   *
   * @throws ConfigException if the setting is none of these
   */
  public static CacheSize of(Settings section, String key) {
    String text = section.string(key).trim().toLowerCase(Locale.ROOT);
    Matcher rows = ROWS.matcher(text);
    if (text.equals("all")) {
      return new CacheSize(Unit.SHARE, 1);
    }
    if (SHARE.matcher(text).matches()) {
      return new CacheSize(Unit.SHARE, section.share(key, 0, 1));
    }
    if (rows.matches()) {
      return new CacheSize(Unit.ROWS, Long.parseLong(rows.group(1)));
    }
    if (NUMBER.matcher(text).matches()) {
      throw section.bad(key, "has no unit; write \"" + text + " rows\" or \"" + text + " MiB\"");
    }
    try {
      return new CacheSize(Unit.BYTES, section.bytes(key));
    } catch (ConfigException e) {
      throw section.bad(
          key, "is not a cache size; write \"1%\", \"500000 rows\", \"4 GiB\" or \"all\"");
    }
  }

  /**
   * The slots that {@code key} sets, from 1 to {@code rows}.
   *
   * @param rows number of rows of the tables
   */
  public static long slots(Settings section, String key, long rows, RowFormat format) {
    long wanted = of(section, key).slots(rows, format);
    if (wanted < 1) {
      throw section.bad(key, "gives less than one slot; write at least \"1 row\"");
    }
    return Math.min(wanted, rows);
  }

  private long slots(long rows, RowFormat format) {
    return switch (unit) {
      case SHARE -> (long) Math.ceil(rows * amount);
      case ROWS -> (long) amount;
      case BYTES -> (long) amount / format.bytes();
    };
  }
}
