package dev.farsight.testkit.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a pass into plain samples and checks every batch: what it holds, and that all but the last
 * are full. Used by one thread at a time.
 */
final class PassReader {

  private final BatchSource pass;
  private final Batch batch;
  private final List<Sample> samples = new ArrayList<>();
  private boolean ended;

  /**
   * @param capacity samples of a full batch
   */
  PassReader(BatchSource pass, int capacity) {
    this.pass = pass;
    this.batch = new Batch(pass.schema(), capacity, HostBuffers.plain());
  }

  /** All samples of a pass, which is closed. */
  static List<Sample> all(BatchSource pass, int capacity) {
    try (pass) {
      return new PassReader(pass, capacity).rest();
    }
  }

  /** Reads a batch; whether there was one. */
  boolean next() {
    BatchCheck.spoil(batch);
    boolean last = !samples.isEmpty() && batch.samples() < batch.capacity();
    if (!pass.next(batch)) {
      ended = true;
      return false;
    }
    if (batch.samples() == 0) {
      throw new AssertionError("an empty batch after sample " + samples.size());
    }
    if (ended || last) {
      throw new AssertionError(
          "a batch follows after sample %d, behind the end or a batch that was not full"
              .formatted(samples.size()));
    }
    BatchCheck.check(batch, samples.size());
    for (int s = 0; s < batch.samples(); s++) {
      samples.add(Sample.of(batch, s));
    }
    return true;
  }

  /** Reads to the end, which stays the end. */
  List<Sample> rest() {
    while (next()) {
      // The samples are kept.
    }
    next();
    return samples;
  }

  /** The samples read. */
  List<Sample> samples() {
    return samples;
  }

  long skip(long count) {
    BatchCheck.spoil(batch);
    return pass.skip(count, batch);
  }
}
