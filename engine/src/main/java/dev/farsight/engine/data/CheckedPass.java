package dev.farsight.engine.data;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.attribution.PluginException;
import java.util.Locale;

/**
 * A pass over a source that is not trusted: every batch is checked before anyone else sees it, and
 * so are the order of full batches and the number of samples. What the source throws names it. Owns
 * the pass. Used by one thread.
 */
final class CheckedPass implements BatchSource {

  private final BatchSource source;
  private final BatchSchema schema;
  private final PluginCalls calls;
  private final Promise promise;
  private final Workers team;
  private final BatchCheck check;
  private final StepWeights weights;

  /** Samples read and skipped. */
  private long samples;

  /** Batches read and skipped. */
  private long batches;

  /** Whether a batch was not full, so that it must have been the last one. */
  private boolean lastRead;

  private boolean ended;

  /**
   * @param schema that of the data source
   * @param stepSamples samples of a step, which may be several batches
   * @param team checks batches; owned
   */
  CheckedPass(
      BatchSource source,
      BatchSchema schema,
      int stepSamples,
      Workers team,
      PluginCalls calls,
      Promise promise) {
    this.source = source;
    this.schema = schema;
    this.team = team;
    this.check = new BatchCheck(schema, team);
    this.calls = calls;
    this.promise = promise;
    weights = new StepWeights(stepSamples);
    if (!calls.get("BatchSource.schema", source::schema).equals(schema)) {
      throw calls.broken("the schema of " + promise.pass() + " is not that of the source");
    }
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch batch) {
    // A source that does not say how many samples it has read has read none.
    batch.samples(0);
    boolean more;
    try {
      more = source.next(batch);
    } catch (RuntimeException | Error e) {
      throw calls.failure(
          "BatchSource.next at batch " + (batches + 1) + " of " + promise.pass(), e);
    }
    if (!more) {
      end();
      return false;
    }
    checkOrder(batch);
    BatchCheck.Fault fault = check.check(batch);
    if (fault != null) {
      throw broken(batch, fault);
    }
    requireWeight(weights.add(batch));
    batches++;
    samples += batch.samples();
    lastRead = batch.samples() < batch.capacity();
    if (promise.isKnown() && samples > promise.samples()) {
      throw calls.broken(
          String.format(
              Locale.ROOT,
              "%s has %d samples or more, and the source had said %d",
              promise.pass(),
              samples,
              promise.samples()));
    }
    return true;
  }

  private void requireWeight(boolean there) {
    if (!there) {
      throw calls.broken(
          String.format(
              Locale.ROOT,
              "sample weight, batch %d of %s: every weight is 0; at least one more is needed",
              weights.last(),
              promise.pass()));
    }
  }

  private void checkOrder(Batch batch) {
    if (batch.samples() == 0) {
      throw brokenBatch("has no sample; a source that has no more returns false");
    }
    if (ended) {
      throw brokenBatch("comes after the source has ended");
    }
    if (lastRead) {
      throw brokenBatch("comes after one that was not full; only the last one may be so");
    }
  }

  private PluginException brokenBatch(String how) {
    return calls.broken("batch " + (batches + 1) + " of " + promise.pass() + " " + how);
  }

  private PluginException broken(Batch batch, BatchCheck.Fault fault) {
    var where = new StringBuilder(fault.column()).append(", ");
    if (fault.sample() != BatchCheck.Fault.WHOLE_BATCH) {
      where.append("sample ").append(fault.sample() + 1).append(" of ");
    }
    where.append("batch ").append(batches + 1).append(" of ").append(promise.pass());
    if (fault.sample() != BatchCheck.Fault.WHOLE_BATCH) {
      where.append(" (sample ").append(samples + fault.sample() + 1).append(" of all");
      if (batch.rowNumbers() != null) {
        where.append(", row number ").append(batch.rowNumbers().get(fault.sample()));
      }
      where.append(')');
    }
    return calls.broken(where + ": " + fault.what());
  }

  /** The source has no more samples: there must have been as many as it had said. */
  private void end() {
    ended = true;
    requireWeight(weights.end());
    long missing = promise.isKnown() ? promise.samples() - samples : 0;
    if (missing > 0 && missing > badRows()) {
      throw calls.broken(
          String.format(
              Locale.ROOT,
              "%s ended after %d samples, and the source had said %d%s",
              promise.pass(),
              samples,
              promise.samples(),
              badRows() == 0 ? "" : "; only " + badRows() + " malformed rows were left out"));
    }
  }

  @Override
  public long skip(long wanted, Batch scratch) {
    long skipped;
    try {
      skipped = source.skip(wanted, scratch);
    } catch (RuntimeException | Error e) {
      throw calls.failure("BatchSource.skip of " + wanted + " samples of " + promise.pass(), e);
    }
    if (skipped < 0 || skipped > wanted) {
      throw calls.broken(
          String.format(
              Locale.ROOT,
              "BatchSource.skip skipped %d samples of %s, %d were wanted",
              skipped,
              promise.pass(),
              wanted));
    }
    samples += skipped;
    weights.skipped(skipped);
    batches += (skipped + scratch.capacity() - 1) / scratch.capacity();
    lastRead = skipped % scratch.capacity() != 0;
    if (skipped < wanted) {
      end();
    }
    return skipped;
  }

  @Override
  public long badRows() {
    return calls.get("BatchSource.badRows", source::badRows);
  }

  @Override
  public long truncatedBags() {
    return calls.get("BatchSource.truncatedBags", source::truncatedBags);
  }

  @Override
  public void close() {
    team.close();
    calls.run("BatchSource.close", source::close);
  }
}
