package dev.farsight.testkit.store;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The tables and row formats that stores are tried with. */
final class StoreCases {

  /** Where parameterized tests find {@link #formats}. */
  static final String FORMATS = "dev.farsight.testkit.store.StoreCases#formats";

  static final int SEEDS = 5;

  static final TableSet TABLES = tables(1, 5, 64, 1, 1000, 3, 129);

  private StoreCases() {}

  /** Tables of these many rows. */
  static TableSet tables(int... rows) {
    return new TableSet(
        IntStream.range(0, rows.length).mapToObj(t -> new Table("t" + t, rows[t])).toList());
  }

  /** States of 0, 1, D and 2 D floats are among them. */
  static Stream<RowFormat> formats() {
    return Stream.of(
        RowFormat.of(1, 0),
        RowFormat.of(3, 2),
        RowFormat.of(16, 1),
        RowFormat.of(128, 0),
        RowFormat.fp32(4, List.of(new StatePart("n", 4, .25f))),
        RowFormat.fp32(64, List.of(new StatePart("m", 64, 0), new StatePart("v", 64, 1e-3f))),
        RowFormat.fp32(1024, List.of(new StatePart("z", 1024, 0), new StatePart("n", 1024, -2f))));
  }

  /** Of the test of a format, the last seed: fewer for long rows, which take their time. */
  static int seeds(RowFormat format) {
    return format.bytes() > 4096 ? 1 : SEEDS;
  }

  /** The ids of all rows. */
  static long[] all(TableSet tables) {
    return LongStream.range(0, tables.rows()).toArray();
  }

  /** Room for some rows of a store. */
  static RowBuffer buffer(RowReader store, int rows) {
    return RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
  }
}
