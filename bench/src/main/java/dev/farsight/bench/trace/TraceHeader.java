package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The header of a recorded trace ({@link TraceFormat}). Immutable.
 *
 * @param batchSize samples a batch of the run
 * @param rowBytes weights and optimizer state of a row
 */
record TraceHeader(TableSet tables, int batchSize, int rowBytes) {

  /** Reads the header, so that the first block follows. */
  static TraceHeader read(TraceInput in) {
    byte[] start = Exactly.read(in, TraceFormat.HEADER_START, "the header");
    var fixed = ByteBuffer.wrap(start);
    if (fixed.getLong() != TraceFormat.MAGIC) {
      throw in.bad(0, "does not begin as a trace of farsight does; name its --format");
    }
    int version = fixed.getShort();
    if (version != TraceFormat.VERSION) {
      throw in.bad(
          Long.BYTES,
          String.format(
              Locale.ROOT,
              "version %d of the format, this farsight reads %d",
              version,
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
    return new Fields(in, ByteBuffer.wrap(rest, 0, length)).header();
  }

  /** Takes the fields apart: whoever sealed them may have written anything. */
  private record Fields(TraceInput in, ByteBuffer bytes) {

    /** Rows, length of the name, a byte of it. */
    private static final int LEAST_TABLE_BYTES = 2 * Integer.BYTES + 1;

    TraceHeader header() {
      int batchSize = number("the batch size", 1, TraceFormat.MOST_BATCH_SIZE);
      int rowBytes = number("row bytes", Float.BYTES, TraceFormat.MOST_ROW_BYTES);
      int count =
          number("tables", 1, Math.max(1, (bytes.remaining() - Integer.BYTES) / LEAST_TABLE_BYTES));
      List<Table> tables = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (int t = 1; t <= count; t++) {
        int rows = number("rows of table " + t, 1, Integer.MAX_VALUE);
        String name = name(t);
        if (name.isBlank() || !names.add(name)) {
          throw bad("the name of table " + t + (name.isBlank() ? " is empty" : " is another's"));
        }
        tables.add(new Table(name, rows));
      }
      if (bytes.hasRemaining()) {
        throw bad(bytes.remaining() + " bytes follow the last table");
      }
      return new TraceHeader(new TableSet(tables), batchSize, rowBytes);
    }

    private int number(String what, int least, int most) {
      if (bytes.remaining() < Integer.BYTES) {
        throw bad("it ends before " + what);
      }
      int number = bytes.getInt();
      if (number < least || number > most) {
        throw bad(
            String.format(Locale.ROOT, "%s: %d is not from %d to %d", what, number, least, most));
      }
      return number;
    }

    private String name(int table) {
      int length = number("length of the name of table " + table, 1, Integer.MAX_VALUE);
      if (length > bytes.remaining()) {
        throw bad("it ends within the name of table " + table);
      }
      ByteBuffer name = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
      } catch (CharacterCodingException e) {
        throw bad("the name of table " + table + " is not UTF-8");
      }
    }

    private FarsightException bad(String what) {
      return in.bad(
          TraceFormat.HEADER_START + bytes.position(),
          "in the header, " + what + ": written by a broken program");
    }
  }
}
