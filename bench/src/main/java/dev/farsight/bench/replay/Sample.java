package dev.farsight.bench.replay;

import dev.farsight.api.table.InitialRows;

/**
 * Which rows of a trace take part: those whose hash is below a threshold, with all their lookups
 * (spatial sampling, as in SHARDS, FAST 2015). A cache of {@code rate} times the slots then behaves
 * on the sample as the whole cache does on all rows.
 *
 * @param rate share of the rows, above 0 to 1
 */
public record Sample(double rate) {

  public static final Sample ALL = new Sample(1);

  /** Makes the hash differ from those by which policies and regions choose rows. */
  private static final long SALT = 0x5DEECE66D1CE4E5BL;

  public Sample {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("a sample of " + rate);
    }
  }

  boolean takes(long row) {
    return rate == 1 || (InitialRows.mix64(row ^ SALT) >>> 11) * 0x1p-53 < rate;
  }

  /** Slots of the sample's cache that stand for so many. */
  int slots(int whole) {
    return (int) Math.max(1, Math.round(whole * rate));
  }
}
