package dev.farsight.datasets.text;

/** What a dense value goes through before it meets the model. Pure, safe for concurrent use. */
@FunctionalInterface
public interface Transform {

  float apply(double value);

  /** What stands for an empty field: by default what 0 becomes. */
  default float missing() {
    return apply(0);
  }

  /** The value as it is. */
  static Transform none() {
    return value -> (float) value;
  }

  /** (value - mean) / deviation; a missing value counts as the mean. */
  static Transform standard(double mean, double deviation) {
    return new Transform() {
      @Override
      public float apply(double value) {
        return (float) ((value - mean) / deviation);
      }

      @Override
      public float missing() {
        return 0f;
      }
    };
  }
}
