package dev.farsight.bench.trace;

import com.github.luben.zstd.Zstd;
import dev.farsight.engine.cache.RowRequest;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Reads the blocks of a recorded trace as they are, packed, and checks all that can be checked
 * without unpacking them: lengths, phases, checksums, and the count of samples at the end. Holds
 * one block, some MiB. One thread.
 */
final class TraceBlocks {

  private final TraceInput in;
  private final int mostSamples;
  private final long mostBytes;
  private byte[] packed = new byte[0];
  private int size;
  private int samples;
  private long from;
  private TracePhase phase;
  private long samplesInAll;

  /**
   * @param in behind the header
   */
  TraceBlocks(TraceInput in, TraceHeader header) {
    this.in = in;
    var features = header.schema().features();
    mostSamples = TraceFormat.blockSamples(features);
    mostBytes = Zstd.compressBound((long) Integer.BYTES * TraceFormat.blockNumbers(features));
  }

  /** Reads the next block; false at the end of the trace. */
  boolean next() {
    from = in.offset();
    byte[] first = Exactly.read(in, Integer.BYTES, "the trace, before its end is marked");
    samples = ByteBuffer.wrap(first).getInt();
    if (samples == 0) {
      readEnd();
      return false;
    }
    byte[] rest = Exactly.read(in, TraceFormat.BLOCK_HEADER - Integer.BYTES, "a block's header");
    var header = ByteBuffer.wrap(rest);
    int number = header.getInt();
    int epoch = header.getInt();
    byte use = header.get();
    byte updates = header.get();
    size = header.getInt();
    if (samples < 0 || samples > mostSamples || size < 0 || size > mostBytes) {
      throw in.bad(
          from,
          String.format(Locale.ROOT, "a block of %d samples in %d bytes: damaged", samples, size));
    }
    if (packed.length < size) {
      packed = new byte[size];
    }
    long dataFrom = in.offset();
    int got = in.read(packed, size);
    if (got < size) {
      throw Exactly.cutOff(in, dataFrom + got, "a block of " + size + " bytes");
    }
    var crc = new CRC32C();
    crc.update(first);
    crc.update(rest);
    crc.update(packed, 0, size);
    requireCrc((int) crc.getValue(), "the block's");
    phase = phase(number, epoch, use, updates);
    samplesInAll += samples;
    return true;
  }

  /** Phases come in the order of their numbers, each with one epoch and use. */
  private TracePhase phase(int number, int epoch, byte use, byte updates) {
    var found =
        new TracePhase(
            number,
            epoch,
            use == TraceFormat.TRAIN ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
            updates != 0);
    boolean known = use == TraceFormat.TRAIN || use == TraceFormat.EVALUATE;
    boolean inOrder = phase == null ? number >= 0 : number > phase.number() || found.equals(phase);
    if (!known || !inOrder || epoch < 0 || updates < 0 || updates > 1) {
      throw in.bad(
          from,
          String.format(
              Locale.ROOT,
              "a block of phase %d, epoch %d, use %d, updates %d%s: written by a broken program",
              number,
              epoch,
              use,
              updates,
              phase == null ? "" : " after phase " + phase.number()));
    }
    return found;
  }

  private void requireCrc(int computed, String whose) {
    byte[] crc = Exactly.read(in, Integer.BYTES, "a checksum");
    if (ByteBuffer.wrap(crc).getInt() != computed) {
      throw in.bad(from, whose + " checksum differs: damaged");
    }
  }

  private void readEnd() {
    byte[] total = Exactly.read(in, Long.BYTES, "the trace's end");
    var crc = new CRC32C();
    crc.update(new byte[Integer.BYTES]);
    crc.update(total);
    requireCrc((int) crc.getValue(), "the end's");
    if (ByteBuffer.wrap(total).getLong() != samplesInAll) {
      throw in.bad(
          from,
          String.format(Locale.ROOT, "%d samples read, but the end counts others", samplesInAll));
    }
    if (in.read() >= 0) {
      throw in.bad(in.offset() - 1, "something follows the end of the trace");
    }
  }

  /** Samples of the block last read. */
  int samples() {
    return samples;
  }

  TracePhase phase() {
    return phase;
  }

  /** Where the block begins, for complaints. */
  long from() {
    return from;
  }

  /** The packed columns; the array is used again for the next block. */
  byte[] packed() {
    return packed;
  }

  /** Bytes of the packed columns. */
  int size() {
    return size;
  }
}
