package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import java.nio.file.Path;

/** A pass over a recorded trace. Holds one block, some MiB. */
final class RecordedPass implements TracePass {

  private final TraceInput in;
  private final int batchSize;
  private final BlockReader block;
  private int taken;
  private TracePhase phase;
  private boolean ended;

  RecordedPass(Path file, int batchSize) {
    this.batchSize = batchSize;
    in = new TraceInput(file);
    try {
      block = BlockReader.open(in);
    } catch (RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public boolean next(Batch into) {
    int filled = 0;
    while (filled < batchSize && available() && (filled == 0 || block.phase().equals(phase))) {
      phase = block.phase();
      int part = Math.min(batchSize - filled, block.samples() - taken);
      block.copy(taken, part, into, filled);
      taken += part;
      filled += part;
    }
    into.samples(filled);
    return filled > 0;
  }

  /** Whether the block at hand has samples left; reads the next one if it has not. */
  private boolean available() {
    if (taken == block.samples() && !ended) {
      ended = !block.next();
      taken = 0;
    }
    return taken < block.samples();
  }

  @Override
  public TracePhase phase() {
    return phase;
  }

  @Override
  public void close() {
    in.close();
  }
}
