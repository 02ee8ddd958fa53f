package dev.farsight.bench.ablation;

import dev.farsight.api.config.Settings;
import java.util.regex.Pattern;

/**
 * The beginning of a cell that is trained but not measured, in steps, or in samples where batch
 * sizes differ.
 */
record WarmUp(long amount, boolean samples) {

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15})( +(steps|samples))?");

  static WarmUp of(Settings section, String key) {
    var written = WRITTEN.matcher(section.string(key).strip());
    if (!written.matches()) {
      throw section.bad(
          key, "is not a number of steps, such as 100, or of samples: 100000 samples");
    }
    return new WarmUp(Long.parseLong(written.group(1)), "samples".equals(written.group(3)));
  }

  long steps(long batchSize) {
    return samples ? (amount + batchSize - 1) / batchSize : amount;
  }

  /** {@code 100 steps}. */
  String text() {
    return amount + (samples ? " samples" : " steps");
  }
}
