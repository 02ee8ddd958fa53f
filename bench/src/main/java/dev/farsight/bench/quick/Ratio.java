package dev.farsight.bench.quick;

import java.util.Locale;

/**
 * What a part does a second, beside what its limit or its peer does.
 *
 * @param part what was measured
 * @param rate how much of it a second
 * @param unit what is counted
 * @param against the limit or the peer
 * @param limit how much of it a second
 */
public record Ratio(String part, double rate, String unit, String against, double limit) {

  public double ratio() {
    return rate / limit;
  }

  /** {@code .42}, {@code 1.7}. */
  public String ratioText() {
    return String.format(Locale.ROOT, "%.2f", ratio());
  }

  /** {@code 31.4 M lookups/s}. */
  public String rateText() {
    return text(rate, unit);
  }

  public String limitText() {
    return text(limit, unit);
  }

  private static String text(double rate, String unit) {
    String[] scales = {"", "k ", "M ", "G ", "T "};
    int scale = 0;
    double amount = rate;
    while (amount >= 1000 && scale < scales.length - 1) {
      amount /= 1000;
      scale++;
    }
    return String.format(Locale.ROOT, "%.3g %s%s/s", amount, scales[scale], unit);
  }
}
