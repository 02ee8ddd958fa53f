package dev.farsight.bench.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A trace that {@code trace record} wrote ({@link TraceFormat}), read block by block. */
final class RecordedTrace implements Trace {

  private final Path file;
  private final TableSet tables;
  private final int batchSize;
  private final int rowBytes;

  private RecordedTrace(Path file, TableSet tables, int batchSize, int rowBytes) {
    this.file = file;
    this.tables = tables;
    this.batchSize = batchSize;
    this.rowBytes = rowBytes;
  }

  /** Whether the file begins as a recorded trace does. */
  static boolean recognises(Path file) {
    try (var in = new TraceInput(file)) {
      byte[] magic = new byte[Long.BYTES];
      return in.read(magic, magic.length) == magic.length
          && ByteBuffer.wrap(magic).getLong() == TraceFormat.MAGIC;
    }
  }

  static RecordedTrace open(Path file) {
    try (var in = new TraceInput(file)) {
      return header(file, in);
    }
  }

  /** Reads the header, so that the first block follows. */
  static RecordedTrace header(Path file, TraceInput in) {
    byte[] start = exactly(in, TraceFormat.HEADER_START, "the header");
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
    byte[] rest = exactly(in, length + Integer.BYTES, "the header");
    byte[] all = Arrays.copyOf(start, start.length + length);
    System.arraycopy(rest, 0, all, start.length, length);
    if (TraceWriter.crc(all, all.length) != ByteBuffer.wrap(rest).getInt(length)) {
      throw in.bad(0, "the header is damaged: its checksum differs");
    }
    return parse(file, ByteBuffer.wrap(rest));
  }

  private static RecordedTrace parse(Path file, ByteBuffer header) {
    int batchSize = header.getInt();
    int rowBytes = header.getInt();
    List<Table> tables = new ArrayList<>();
    int count = header.getInt();
    for (int t = 0; t < count; t++) {
      int rows = header.getInt();
      byte[] name = new byte[header.getInt()];
      header.get(name);
      tables.add(new Table(new String(name, UTF_8), rows));
    }
    return new RecordedTrace(file, new TableSet(tables), batchSize, rowBytes);
  }

  static byte[] exactly(TraceInput in, int length, String what) {
    byte[] bytes = new byte[length];
    long from = in.offset();
    int got = in.read(bytes, length);
    if (got < length) {
      throw cutOff(in, from + got, what);
    }
    return bytes;
  }

  static FarsightException cutOff(TraceInput in, long offset, String where) {
    return in.bad(offset, "ends within " + where + ": the file is cut off");
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public TableSet tables() {
    return tables;
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public int rowBytes() {
    return rowBytes;
  }

  @Override
  public TracePass open(int batchSize) {
    return new RecordedPass(file, tables, batchSize);
  }
}
