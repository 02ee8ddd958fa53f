package dev.farsight.engine.run;

import dev.farsight.api.store.RowReader;
import dev.farsight.engine.metrics.WeightsDigest;
import dev.farsight.engine.progress.CountedReads;
import dev.farsight.engine.progress.ProgressMeter;

/** SHA-256 of all weights at the end of a run. */
public final class WeightsHash {

  private WeightsHash() {}

  /**
   * In hexadecimal; all rows must be flushed. O(rows written).
   *
   * @param rows all of them
   * @param meter counts the rows
   */
  public static String of(Session session, RowReader rows, ProgressMeter meter) {
    String hex =
        WeightsDigest.hex(new CountedReads(rows, meter), session.dense(), session.hashing());
    meter.end();
    return hex;
  }
}
