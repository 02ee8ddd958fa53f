package dev.farsight.datasets.text;

/**
 * A column of numbers.
 *
 * @param name for messages
 * @param whole whether only whole numbers are legal
 */
public record DenseColumn(String name, boolean whole, Transform transform) {

  float value(byte[] bytes, int from, int to) {
    if (from == to) {
      return transform.missing();
    }
    double value = whole ? Numbers.whole(bytes, from, to) : Numbers.decimal(bytes, from, to);
    float result = transform.apply(value);
    if (!Float.isFinite((float) value) || !Float.isFinite(result)) {
      throw notFinite(value);
    }
    return result;
  }

  /** An infinite feature makes every logit NaN, far from where it was read. */
  private static BadRow notFinite(double value) {
    return new BadRow(
        Float.isFinite((float) value)
            ? "is not finite as a 32-bit float after its transform"
            : "is not finite as a 32-bit float");
  }
}
