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
    return transform.apply(
        whole ? Numbers.whole(bytes, from, to) : Numbers.decimal(bytes, from, to));
  }
}
