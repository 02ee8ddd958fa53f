package dev.farsight.serving.request;

import java.util.Locale;

/** Reads where the values of each sample begin. */
final class Offsets {

  private Offsets() {}

  /**
   * @param tensor one entry a sample, and perhaps one more, the number of values
   * @param values how many values all samples have
   * @param target receives one entry more than there are samples
   * @throws Refusal if they do not ascend from 0 to the number of values
   */
  static void read(Tensor tensor, int samples, int values, int[] target) {
    int count = tensor.count();
    if (count != samples && count != samples + 1) {
      throw tensor.wrong(
          String.format(
              Locale.ROOT,
              "%d offsets for %d samples; %d or %d are needed",
              count,
              samples,
              samples,
              samples + 1));
    }
    long[] offsets = tensor.longs();
    long last = 0;
    for (int s = 0; s < count; s++) {
      if (offsets[s] < last || offsets[s] > values || (s == 0 && offsets[0] != 0)) {
        throw tensor.wrong(
            String.format(
                Locale.ROOT,
                "offset %d is %d; they ascend from 0 to %d, the number of values",
                s,
                offsets[s],
                values));
      }
      last = offsets[s];
      target[s] = (int) last;
    }
    if (count > samples && last != values) {
      throw tensor.wrong(
          String.format(
              Locale.ROOT, "the last offset is %d, and there are %d values", last, values));
    }
    target[samples] = values;
  }
}
