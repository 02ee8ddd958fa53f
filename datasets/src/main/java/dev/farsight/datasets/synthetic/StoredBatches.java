package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/**
 * Serves samples made beforehand: bulk copies at the speed of memory, by the caller where a step
 * has few lookups, and by a team where it has many. Allocates nothing.
 */
final class StoredBatches implements BatchSource {

  /** Samples of a feature that are copied at a time. */
  private static final int CHUNK = 1 << 12;

  private final BatchSchema schema;
  private final StoredSamples samples;
  private final Workers team;
  private final int features;
  private final Workers.Task copyPiece = this::copyPiece;

  /** By feature: where the lookups of the present part begin in the batch. */
  private final int[] lookups;

  private final long end;
  private long next;

  // The part of a batch that is being copied: samples of one block.
  private Batch batch;
  private SampleBlock block;
  private int from;
  private int count;
  private int to;

  StoredBatches(BatchSchema schema, StoredSamples samples, Workers team, long from, long end) {
    this.schema = schema;
    this.samples = samples;
    this.team = team;
    this.features = schema.features().size();
    this.lookups = new int[features];
    this.next = from;
    this.end = end;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    int total = (int) Math.min(into.capacity(), end - next);
    batch = into;
    for (int f = 0; f < features; f++) {
      lookups[f] = 0;
      if (into.offsets(f) != null) {
        into.offsets(f)[0] = 0;
      }
    }
    for (to = 0; to < total; to += count) {
      block = samples.blockOf(next + to);
      from = samples.placeInBlock(next + to);
      count = Math.min(total - to, block.samples() - from);
      copyPart();
    }
    into.samples(total);
    next += total;
    return total > 0;
  }

  private void copyPart() {
    for (int f = 0; f < features; f++) {
      batch.requireRoom(f, lookups[f] + (long) lookupsOfPart(f));
    }
    team.run(1 + features * ((count + CHUNK - 1) / CHUNK), copyPiece);
    for (int f = 0; f < features; f++) {
      lookups[f] += lookupsOfPart(f);
    }
  }

  private int lookupsOfPart(int feature) {
    return block.lookupsBefore(feature, from + count) - block.lookupsBefore(feature, from);
  }

  /** Copies the columns, or a chunk of a feature. */
  private void copyPiece(int piece, int worker) {
    if (piece == 0) {
      block.copyColumns(from, count, batch, to);
    } else {
      copyChunk(piece - 1);
    }
  }

  private void copyChunk(int chunk) {
    int feature = chunk % features;
    int skipped = chunk / features * CHUNK;
    int first = from + skipped;
    int lookup =
        lookups[feature] + block.lookupsBefore(feature, first) - block.lookupsBefore(feature, from);
    block.copyBags(feature, first, Math.min(CHUNK, count - skipped), batch, to + skipped, lookup);
  }

  @Override
  public long skip(long samples, Batch scratch) {
    long skipped = Math.min(samples, end - next);
    next += skipped;
    return skipped;
  }

  @Override
  public void close() {
    // The samples stay for the next pass.
    team.close();
  }
}
