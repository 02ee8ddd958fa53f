package dev.farsight.engine.sharding;

import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.table.RowFormat;

/**
 * What sizes and rates make of the rows of a step.
 *
 * @param ranks how many devices train together
 * @param rowBytes bytes of a row, weights and optimizer state
 * @param rowStateBytes bytes of the optimizer state that a row has as a whole
 * @param weightBytes bytes of a row's weights, as they are sent to other devices
 * @param gradientBytes bytes of a row's gradient
 * @param resident whether every row is resident
 * @param deviceBytes bytes of rows that a device has room for
 */
public record StepModel(
    int ranks,
    int rowBytes,
    int rowStateBytes,
    int weightBytes,
    int gradientBytes,
    boolean resident,
    long deviceBytes,
    DeviceRates rates) {

  /** The room of a device if nothing is known of it. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /**
   * Bytes of the columns that each rank has of a row, where rows are divided by column: a part of
   * the row, but all of a state that the row has as a whole.
   */
  public double columnBytes() {
    return (double) (rowBytes - rowStateBytes) / ranks + rowStateBytes;
  }

  /** The same for devices that have room for all rows, and yet keep none. */
  StepModel withoutCache() {
    return new StepModel(
        ranks, rowBytes, rowStateBytes, weightBytes, gradientBytes, false, UNLIMITED, rates);
  }

  /**
   * Whether sums of a table's bags take fewer bytes than its unique rows, both ways.
   *
   * @param owners how many ranks have rows of the table
   */
  boolean sumsAreLess(TableLoad table, int owners) {
    double rows = table.rankRows() / owners * (weightBytes + gradientBytes);
    return table.rankBags() * 2 * gradientBytes < rows;
  }

  public static StepModel of(
      int ranks, RowFormat format, boolean resident, long deviceBytes, DeviceRates rates) {
    return new StepModel(
        ranks,
        format.bytes(),
        rowStateBytes(format),
        format.dim() * format.precision().bytes(),
        format.dim() * Float.BYTES,
        resident,
        deviceBytes,
        rates);
  }

  private static int rowStateBytes(RowFormat format) {
    return format.state().stream()
            .mapToInt(RowFormat.StatePart::floats)
            .filter(floats -> floats != format.dim())
            .sum()
        * Float.BYTES;
  }
}
