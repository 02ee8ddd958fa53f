package dev.farsight.reading.internal.record;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.Transform;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Makes numbers of the fields of a dense column. Stateless. */
final class DenseReader {

  private final String name;
  private final boolean whole;
  private final DoubleUnaryOperator transform;
  private final double missing;

  DenseReader(DenseColumn column) {
    List<Transform> steps = column.transforms();
    this.name = column.name();
    this.whole = column.whole();
    this.transform = inOrder(steps);
    this.missing = transform.applyAsDouble(steps.isEmpty() ? 0 : steps.get(0).missing());
  }

  private static DoubleUnaryOperator inOrder(List<Transform> steps) {
    return switch (steps.size()) {
      case 0 -> DoubleUnaryOperator.identity();
      case 1 -> steps.get(0);
      default -> {
        Transform[] array = steps.toArray(Transform[]::new);
        yield value -> {
          double result = value;
          for (Transform step : array) {
            result = step.applyAsDouble(result);
          }
          return result;
        };
      }
    };
  }

  /** Name of the column. */
  String name() {
    return name;
  }

  /** What an empty field is. */
  double missing() {
    return missing;
  }

  /**
   * The number in a field that is not empty, after its transforms. It is finite as a float.
   *
   * @throws BadRowException if the field is malformed
   */
  double value(byte[] bytes, int from, int to) {
    double value = raw(bytes, from, to);
    double result = transform.applyAsDouble(value);
    if (!Float.isFinite((float) value) || !Float.isFinite((float) result)) {
      throw notFinite(value);
    }
    return result;
  }

  /** The number in a field that is not empty, before its transforms. */
  double raw(byte[] bytes, int from, int to) {
    return whole ? Numbers.whole(bytes, from, to) : Numbers.decimal(bytes, from, to);
  }

  /** An infinite feature makes every logit NaN, far from where it was read. */
  private static BadRowException notFinite(double value) {
    return new BadRowException(
        Float.isFinite((float) value)
            ? "is not finite as a 32-bit float after its transform"
            : "is not finite as a 32-bit float");
  }
}
