package dev.farsight.bench.trace;

import dev.farsight.api.data.BatchSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The header of a recorded trace ({@link TraceFormat}). Immutable.
 *
 * @param schema lookups alone
 * @param batchSize samples a batch of the run
 * @param rowBytes weights and optimizer state of a row
 */
record TraceHeader(BatchSchema schema, int batchSize, int rowBytes) {

  /** Reads the header, so that the first block follows. */
  static TraceHeader read(TraceInput in) {
    byte[] start = Exactly.read(in, TraceFormat.HEADER_START, "the header");
    var fixed = ByteBuffer.wrap(start);
    if (fixed.getLong() != TraceFormat.MAGIC) {
      throw in.bad(0, "does not begin as a trace of farsight does; name its --format");
    }
    int version = fixed.getShort();
    if (version != TraceFormat.VERSION && version != TraceFormat.VERSION_OF_TABLES) {
      throw in.bad(
          Long.BYTES,
          String.format(
              Locale.ROOT,
              "version %d of the format, this farsight reads %d and %d",
              version,
              TraceFormat.VERSION_OF_TABLES,
              TraceFormat.VERSION));
    }
    int length = fixed.getInt();
    if (length < 0 || length > TraceFormat.MOST_HEADER_BYTES) {
      throw in.bad(Long.BYTES + Short.BYTES, "a header of " + length + " bytes: damaged");
    }
    byte[] rest = Exactly.read(in, length + Integer.BYTES, "the header");
    byte[] all = Arrays.copyOf(start, start.length + length);
    System.arraycopy(rest, 0, all, start.length, length);
    if (TraceWriter.crc(all, all.length) != ByteBuffer.wrap(rest).getInt(length)) {
      throw in.bad(0, "the header is damaged: its checksum differs");
    }
    return new HeaderFields(in, ByteBuffer.wrap(rest, 0, length)).header(version);
  }
}
