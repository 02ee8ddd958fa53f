package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.ComputeBackendContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract where operands are rounded; needs a GPU. The error allowed is that of the longest
 * path of products in the contract's models: five layers forward and five backward, each of which
 * rounds relative to the sum of its terms' magnitudes, which "1 + magnitude" stands for. Sums are
 * float32, whose rounding is a thousandth of it.
 *
 * <pre>
 * tf32   both operands lose 13 of 23 bits of the fraction, which cuBLAS cuts off
 *                                           10 * 2 * 2^-10 = 2.0e-2
 * bf16   both operands and the result are rounded to 7 bits of the fraction
 *                                           10 * 3 * 2^-9  = 5.9e-2, as 2^-9 is half a last place
 * </pre>
 *
 * <p>The first step of Adagrad moves a weight by the learning rate whatever its gradient, so a
 * gradient nearer zero than its error may turn the step around: 2 * 0.02 in the contract, within
 * what bf16 is allowed. Of tf32 that is not asked: its errors are too small to meet such a gradient
 * among the contract's few hundred.
 *
 * <p>Prints the largest error met, in the same measure.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoundedContract extends ComputeBackendContract {

  private static final int PRODUCTS = 10;

  private final Precision precision;
  private final double tolerance;
  private double largest;
  private String where = "nowhere";

  /**
   * @param roundings of a product
   * @param unit largest relative error of one
   */
  RoundedContract(Precision precision, int roundings, double unit) {
    this.precision = precision;
    this.tolerance = PRODUCTS * roundings * unit;
  }

  @Override
  protected ComputeBackend open(int threads) {
    return JcudaBackends.open(precision);
  }

  @Override
  public double tolerance() {
    return tolerance;
  }

  @Override
  public void assertClose(String what, float[] actual, double[] expected, double steps) {
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      double error = Math.abs(actual[i] - expected[i]) / (steps * (1 + Math.abs(expected[i])));
      if (error > largest) {
        largest = error;
        where = what;
      }
    }
    super.assertClose(what, actual, expected, steps);
  }

  @AfterAll
  void tell() {
    System.out.printf(
        "%s: largest error %.1e (%s), allowed %.1e%n", precision, largest, where, tolerance);
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return ((JcudaBackend) backend).slots(format, slots, inRows, outRows, maxChunkBytes);
  }
}
