package dev.farsight.bench.trace;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;
import java.util.Locale;

/** A pass over a recorded trace. Holds one block, some MiB. */
final class RecordedPass implements TracePass {

  private final TraceInput in;
  private final int batchSize;
  private final TableSet tables;
  private final TraceBlocks blocks;
  private final int[][] columns;
  private final byte[] raw;
  private int samples;
  private int taken;
  private TracePhase phase;
  private boolean ended;

  RecordedPass(Path file, int batchSize) {
    this.batchSize = batchSize;
    in = new TraceInput(file);
    try {
      TraceHeader header = TraceHeader.read(in);
      tables = header.tables();
      blocks = new TraceBlocks(in, header);
    } catch (RuntimeException e) {
      in.close();
      throw e;
    }
    int most = TraceFormat.blockSamples(tables);
    columns = new int[tables.size()][most];
    raw = new byte[most * TraceFormat.sampleBytes(tables)];
  }

  @Override
  public boolean next(Batch into) {
    int filled = 0;
    while (filled < batchSize && available() && (filled == 0 || blocks.phase().equals(phase))) {
      phase = blocks.phase();
      int part = Math.min(batchSize - filled, samples - taken);
      for (int t = 0; t < columns.length; t++) {
        System.arraycopy(columns[t], taken, into.indices(t), filled, part);
      }
      taken += part;
      filled += part;
    }
    into.samples(filled);
    return filled > 0;
  }

  /** Whether the block at hand has samples left; reads the next one if it has not. */
  private boolean available() {
    if (taken == samples && !ended) {
      ended = !blocks.next();
      samples = ended ? 0 : blocks.samples();
      taken = 0;
      if (!ended) {
        unpack();
      }
    }
    return taken < samples;
  }

  private void unpack() {
    int expected = samples * TraceFormat.sampleBytes(tables);
    long got = Zstd.decompressByteArray(raw, 0, raw.length, blocks.packed(), 0, blocks.size());
    if (got != expected) {
      throw in.bad(blocks.from(), "a block does not unpack: written by a broken program");
    }
    int at = 0;
    for (int t = 0; t < columns.length; t++) {
      int rows = tables.get(t).rows();
      at = column(columns[t], at, TraceFormat.width(rows), samples);
      for (int s = 0; s < samples; s++) {
        if (columns[t][s] < 0 || columns[t][s] >= rows) {
          throw in.bad(
              blocks.from(),
              String.format(
                  Locale.ROOT,
                  "index %d of table %d, which has %d rows: written by a broken program",
                  columns[t][s],
                  t + 1,
                  rows));
        }
      }
    }
  }

  private int column(int[] column, int from, int width, int count) {
    for (int s = 0; s < count; s++) {
      int index = 0;
      for (int plane = 0; plane < width; plane++) {
        index = index << 8 | (raw[from + plane * count + s] & 0xff);
      }
      column[s] = index;
    }
    return from + width * count;
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
