package dev.farsight.spark;

import dev.farsight.datasets.prepare.WrittenPart;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows have which samples.
 *
 * @param ranges all rows, in order
 * @param totals what each range comes to
 */
record PartPlan(List<RowRange> ranges, List<RowTotals> totals) {

  /** The plan for rows of which each is a sample. */
  static PartPlan ofAll(long rows) {
    return new PartPlan(List.of(new RowRange(0, rows)), List.of(new RowTotals(rows, 0, 0)));
  }

  long badRows() {
    return totals.stream().mapToLong(RowTotals::badRows).sum();
  }

  long truncatedBags() {
    return totals.stream().mapToLong(RowTotals::truncatedBags).sum();
  }

  /**
   * The parts that are still to be written.
   *
   * @param partSamples samples of a part
   * @param done samples that are written
   */
  List<PartTask> parts(boolean evaluation, long partSamples, long done) {
    long all = totals.stream().mapToLong(RowTotals::samples).sum();
    long end = ranges.get(ranges.size() - 1).to();
    boolean exact = badRows() == 0;
    var parts = new ArrayList<PartTask>();
    int range = 0;
    long before = 0;
    for (long first = done; first < all; first += partSamples) {
      while (before + totals.get(range).samples() <= first) {
        before += totals.get(range).samples();
        range++;
      }
      RowRange begins = ranges.get(range);
      // Rows of a range without malformed ones are samples, so their numbers tell.
      boolean whole = totals.get(range).badRows() == 0;
      long skip = whole ? 0 : first - before;
      long from = whole ? begins.from() + first - before : begins.from();
      long samples = Math.min(partSamples, all - first);
      parts.add(
          new PartTask(
              WrittenPart.name(evaluation, (int) (first / partSamples)),
              new RowRange(from, exact ? from + samples : end),
              skip,
              samples));
    }
    return parts;
  }
}
