package dev.farsight.engine.cache;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the number of slots from a setting such as {@code cache.size}. */
public final class CacheSize {

  private static final Pattern PERCENT = Pattern.compile("([0-9.]+) *%");
  private static final Pattern ROWS = Pattern.compile("([0-9]+) *rows?");

  private CacheSize() {}

  /**
   * The slots that {@code key} sets, from 1 to {@code rows}: {@code "1%"} of the rows, {@code
   * "500000 rows"}, a size in bytes such as {@code "4 GiB"}, or {@code "all"}.
   *
   * @param rows number of rows of the tables
   */
  public static long slots(Settings section, String key, long rows, RowFormat format) {
    String text = section.string(key).trim().toLowerCase(Locale.ROOT);
    if (text.equals("all")) {
      return rows;
    }
    Matcher percent = PERCENT.matcher(text);
    Matcher count = ROWS.matcher(text);
    long wanted;
    try {
      if (percent.matches()) {
        double share = Double.parseDouble(percent.group(1));
        if (share > 100) {
          throw section.bad(key, "is more than 100%");
        }
        wanted = (long) Math.ceil(rows * (share / 100));
      } else if (count.matches()) {
        wanted = Long.parseLong(count.group(1));
      } else {
        wanted = section.bytes(key) / format.bytes();
      }
    } catch (NumberFormatException e) {
      throw section.bad(key, "is not a number");
    } catch (ConfigException e) {
      throw section.bad(
          key, "is not a cache size; write \"1%\", \"500000 rows\", \"4 GiB\" or \"all\"");
    }
    if (wanted < 1) {
      throw section.bad(key, "gives less than one slot");
    }
    return Math.min(wanted, rows);
  }
}
