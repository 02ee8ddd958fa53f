package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Takes the fields of a header apart: whoever sealed them may have written anything.
 *
 * @param bytes of the fields
 */
record HeaderFields(TraceInput in, ByteBuffer bytes) {

  /** Rows, length of the name, a byte of it. */
  private static final int LEAST_TABLE_BYTES = 2 * Integer.BYTES + 1;

  /** Table, fewest and most lookups, length of the name, a byte of it. */
  private static final int LEAST_FEATURE_BYTES = 4 * Integer.BYTES + 1;

  TraceHeader header(int version) {
    int batchSize = number("the batch size", 1, TraceFormat.MOST_BATCH_SIZE);
    int rowBytes = number("row bytes", Float.BYTES, TraceFormat.MOST_ROW_BYTES);
    var tables = new TableSet(tables());
    BatchSchema schema =
        version == TraceFormat.VERSION_OF_TABLES
            ? new BatchSchema(0, tables, Set.of())
            : schema(tables);
    if (bytes.hasRemaining()) {
      throw bad(bytes.remaining() + " bytes follow the last field");
    }
    return new TraceHeader(schema, batchSize, rowBytes);
  }

  private List<Table> tables() {
    int count = number("tables", 1, most(LEAST_TABLE_BYTES));
    List<Table> tables = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int t = 1; t <= count; t++) {
      int rows = number("rows of table " + t, 1, Integer.MAX_VALUE);
      tables.add(new Table(name("table " + t, names), rows));
    }
    return tables;
  }

  private BatchSchema schema(TableSet tables) {
    int limit = number("the most lookups of a feature in a batch", 1, Integer.MAX_VALUE);
    int count = number("features", 1, most(LEAST_FEATURE_BYTES));
    List<Feature> features = new ArrayList<>();
    Set<String> names = new HashSet<>();
    var used = new BitSet();
    for (int f = 1; f <= count; f++) {
      int table = number("the table of feature " + f, 0, tables.size() - 1);
      int fewest = number("fewest lookups of feature " + f, 0, Integer.MAX_VALUE);
      int most = number("most lookups of feature " + f, Math.max(1, fewest), Integer.MAX_VALUE);
      String name = name("feature " + f, names);
      features.add(new Feature(name, table, fewest, most, Pooling.SUM, false));
      used.set(table);
    }
    int unused = used.nextClearBit(0);
    if (unused < tables.size()) {
      throw bad("no feature looks rows up in table " + (unused + 1));
    }
    return new BatchSchema(0, tables, features, Set.of(), limit);
  }

  /** How many of something there can be at most in the bytes that are left. */
  private int most(int leastBytes) {
    return Math.max(1, (bytes.remaining() - Integer.BYTES) / leastBytes);
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

  private String name(String of, Set<String> others) {
    int length = number("length of the name of " + of, 1, Integer.MAX_VALUE);
    if (length > bytes.remaining()) {
      throw bad("it ends within the name of " + of);
    }
    ByteBuffer encoded = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw bad("the name of " + of + " is not UTF-8");
    }
    if (name.isBlank() || !others.add(name)) {
      throw bad("the name of " + of + (name.isBlank() ? " is empty" : " is another's"));
    }
    return name;
  }

  private FarsightException bad(String what) {
    return in.bad(
        TraceFormat.HEADER_START + bytes.position(),
        "in the header, " + what + ": written by a broken program");
  }
}
