package dev.farsight.bench.replay;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cache size as it was asked for, and the slots that it means.
 *
 * @param label {@code 1%}, {@code 5000 rows} or {@code all}
 */
public record Size(String label, int slots) {

  private static final Pattern PERCENT = Pattern.compile("([0-9]*\\.?[0-9]+) *%");
  private static final Pattern ROWS = Pattern.compile("([0-9]{1,18})( *rows?)?");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /**
   * Reads {@code 1%} (of the distinct rows, rounded down), {@code 5000}, {@code 5000 rows} or
   * {@code all}.
   *
   * @param distinct distinct rows of the trace
   * @throws ConfigException if it is none of these, or more than there are rows
   */
  public static Size parse(String text, long distinct) {
    return parse(
        text, distinct, RoundingMode.FLOOR, new Words("--size", "the trace has %d distinct rows"));
  }

  /**
   * Reads the same as a size of {@code cache.size}: a percentage of all rows, rounded up.
   *
   * @param rows of the tables
   * @throws ConfigException if it is none of these, or more than there are rows
   */
  public static Size ofTables(String text, long rows) {
    return parse(text, rows, RoundingMode.CEILING, new Words("--sizes", "the tables have %d rows"));
  }

  /** How messages name the option, and what it exceeds. */
  private record Words(String option, String rows) {

    ConfigException bad(String text, String what) {
      return new ConfigException(option + ": " + Quoted.of(text) + " " + what);
    }
  }

  private static Size parse(String text, long distinct, RoundingMode rounding, Words words) {
    String size = text.trim().toLowerCase(Locale.ROOT);
    Matcher percent = PERCENT.matcher(size);
    Matcher rows = ROWS.matcher(size);
    BigDecimal slots;
    if (size.equals("all")) {
      slots = BigDecimal.valueOf(distinct);
    } else if (percent.matches()) {
      slots =
          new BigDecimal(percent.group(1))
              .multiply(BigDecimal.valueOf(distinct))
              .divide(HUNDRED, 0, rounding);
    } else if (rows.matches()) {
      slots = new BigDecimal(rows.group(1));
    } else {
      throw words.bad(text, "is no cache size; write 1%, 5000 rows or all");
    }
    if (slots.signum() == 0) {
      throw words.bad(text, "gives no slot");
    }
    if (slots.compareTo(BigDecimal.valueOf(distinct)) > 0) {
      throw words.bad(
          text,
          String.format(
              Locale.ROOT, "is %d slots, but " + words.rows(), slots.longValue(), distinct));
    }
    if (slots.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      throw words.bad(text, "is more than 2^31-1 slots");
    }
    return new Size(size, slots.intValueExact());
  }

  /** So many slots as a share of the distinct rows. */
  static Size of(int slots, long distinct) {
    return new Size(String.format(Locale.ROOT, "%.3g%%", 100.0 * slots / distinct), slots);
  }

  /**
   * Sizes at equal ratios, from {@code least} to {@code distinct}.
   *
   * @param least the first, at most {@code distinct}
   */
  public static List<Size> ladder(int least, long distinct, int steps) {
    List<Size> sizes = new ArrayList<>();
    int before = 0;
    for (int step = 0; step < steps; step++) {
      double share = steps == 1 ? 1 : (double) step / (steps - 1);
      int slots = (int) Math.round(least * Math.pow((double) distinct / least, share));
      if (slots > before) {
        sizes.add(of(slots, distinct));
        before = slots;
      }
    }
    return sizes;
  }
}
