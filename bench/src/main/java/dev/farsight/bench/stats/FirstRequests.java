package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Sample;
import dev.farsight.bench.trace.TracePhase;
import dev.farsight.engine.cache.RowRequest;
import java.util.Optional;

/**
 * Keeps what the first batches of training look up, for replays. If that is much, only of a sample
 * of the rows, so that about {@code mostLookups} are kept: 12 bytes for each, and up to 80 for each
 * distinct row.
 */
final class FirstRequests implements PartCounting.Batches, AutoCloseable {

  /** At most about 180 MiB. */
  static final long MOST_LOOKUPS = 1 << 21;

  /** Rows up to which a replay may have an index of all rows of the tables. */
  private static final long MOST_INDEXED = 1 << 20;

  private static final TracePhase TRAINING = new TracePhase(0, 0, RowRequest.Use.TRAIN, true);

  private final BatchSchema schema;
  private final int batchSize;
  private final long batches;
  private final long mostLookups;
  private Requests.Collector collector;
  private double rowShare = 1;
  private long added;

  /**
   * @param batches how many to keep; 0: none
   * @param mostLookups about so many are kept
   */
  FirstRequests(BatchSchema schema, int batchSize, long batches, long mostLookups) {
    this.schema = schema;
    this.batchSize = batchSize;
    this.batches = batches;
    this.mostLookups = mostLookups;
  }

  @Override
  public boolean wantsMore() {
    return added < batches;
  }

  @Override
  public void accept(Batch batch) {
    if (collector == null) {
      double expected = (double) batches * Math.max(1, batch.lookups());
      rowShare = Math.min(1, mostLookups / expected);
      collector = new Requests.Collector(schema, schema, batchSize, new Sample(rowShare));
    }
    collector.add(batch, TRAINING);
    added++;
  }

  /** Of all batches, or as many as there were. */
  Optional<Requests> finish() {
    boolean manyRows = schema.tables().rows() > MOST_INDEXED;
    return Optional.ofNullable(collector)
        .flatMap(Requests.Collector::finish)
        .map(requests -> manyRows ? requests.compact() : requests);
  }

  long batches() {
    return added;
  }

  double rowShare() {
    return rowShare;
  }

  @Override
  public void close() {
    if (collector != null) {
      collector.close();
    }
  }
}
