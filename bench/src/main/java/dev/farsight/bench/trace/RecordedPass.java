package dev.farsight.bench.trace;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;

/** A pass over a recorded trace. Holds one block, some MiB. */
final class RecordedPass implements TracePass {

  private final TableSet tables;
  private final int batchSize;
  private final TraceInput in;
  private final int[][] columns;
  private final byte[] raw;
  private byte[] packed = new byte[0];
  private int samples;
  private int taken;
  private TracePhase blockPhase;
  private TracePhase phase;
  private long samplesInAll;
  private boolean ended;

  RecordedPass(Path file, TableSet tables, int batchSize) {
    this.tables = tables;
    this.batchSize = batchSize;
    int most = TraceFormat.blockSamples(tables);
    columns = new int[tables.size()][most];
    raw = new byte[most * TraceFormat.sampleBytes(tables)];
    in = new TraceInput(file);
    try {
      RecordedTrace.header(file, in);
    } catch (RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public boolean next(Batch into) {
    int filled = 0;
    while (filled < batchSize && available() && (filled == 0 || blockPhase.equals(phase))) {
      phase = blockPhase;
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
      readBlock();
    }
    return taken < samples;
  }

  private void readBlock() {
    long from = in.offset();
    byte[] first = RecordedTrace.exactly(in, Integer.BYTES, "the trace, before its end is marked");
    int count = ByteBuffer.wrap(first).getInt();
    if (count == 0) {
      readEnd(from);
      return;
    }
    byte[] rest =
        RecordedTrace.exactly(in, TraceFormat.BLOCK_HEADER - Integer.BYTES, "a block's header");
    var header = ByteBuffer.wrap(rest);
    int number = header.getInt();
    int epoch = header.getInt();
    byte use = header.get();
    byte updates = header.get();
    int size = header.getInt();
    if (count < 0
        || count > columns[0].length
        || size < 0
        || size > Zstd.compressBound(raw.length)) {
      throw in.bad(
          from,
          String.format(Locale.ROOT, "a block of %d samples in %d bytes: damaged", count, size));
    }
    if (packed.length < size) {
      packed = new byte[size];
    }
    long dataFrom = in.offset();
    int got = in.read(packed, size);
    if (got < size) {
      throw RecordedTrace.cutOff(in, dataFrom + got, "a block of " + size + " bytes");
    }
    var crc = new CRC32C();
    crc.update(first);
    crc.update(rest);
    crc.update(packed, 0, size);
    requireCrc(from, (int) crc.getValue(), "the block's");
    unpack(from, count, size);
    blockPhase =
        new TracePhase(
            number,
            epoch,
            use == TraceFormat.TRAIN ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
            updates != 0);
    samplesInAll += count;
    samples = count;
    taken = 0;
  }

  private void requireCrc(long from, int computed, String whose) {
    byte[] crc = RecordedTrace.exactly(in, Integer.BYTES, "a checksum");
    if (ByteBuffer.wrap(crc).getInt() != computed) {
      throw in.bad(from, whose + " checksum differs: damaged");
    }
  }

  private void unpack(long from, int count, int size) {
    int expected = count * TraceFormat.sampleBytes(tables);
    long got = Zstd.decompressByteArray(raw, 0, raw.length, packed, 0, size);
    if (got != expected) {
      throw in.bad(from, "a block does not unpack: written by a broken program");
    }
    int at = 0;
    for (int t = 0; t < columns.length; t++) {
      int rows = tables.get(t).rows();
      at = column(columns[t], at, TraceFormat.width(rows), count);
      for (int s = 0; s < count; s++) {
        if (columns[t][s] < 0 || columns[t][s] >= rows) {
          throw in.bad(
              from,
              String.format(
                  Locale.ROOT,
                  "index %d of table %s, which has %d rows: written by a broken program",
                  columns[t][s],
                  tables.get(t).name(),
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

  private void readEnd(long from) {
    byte[] total = RecordedTrace.exactly(in, Long.BYTES, "the trace's end");
    var crc = new CRC32C();
    crc.update(new byte[Integer.BYTES]);
    crc.update(total);
    requireCrc(from, (int) crc.getValue(), "the end's");
    if (ByteBuffer.wrap(total).getLong() != samplesInAll) {
      throw in.bad(
          from,
          String.format(Locale.ROOT, "%d samples read, but the end counts others", samplesInAll));
    }
    if (in.read() >= 0) {
      throw in.bad(in.offset() - 1, "something follows the end of the trace");
    }
    ended = true;
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
