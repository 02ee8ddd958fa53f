package dev.farsight.spark;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.datasets.prepare.WrittenPart;
import dev.farsight.reading.pieces.PieceSource;
import java.io.Serializable;

/**
 * What a range of raw rows comes to.
 *
 * @param samples rows that are well-formed
 * @param badRows rows that are left out
 * @param truncatedBags bags that are cut short
 */
record RowTotals(long samples, long badRows, long truncatedBags) implements Serializable {

  /** Reads a range. */
  static RowTotals of(OpenedPart part, RowRange range) {
    try (PieceSource source = part.open();
        BatchSource pass = source.read(part.evaluation(), range.from(), range.to())) {
      Batch batch = WrittenPart.batch(pass);
      long samples = 0;
      while (pass.next(batch)) {
        samples += batch.samples();
      }
      return new RowTotals(samples, pass.badRows(), pass.truncatedBags());
    }
  }
}
