package dev.farsight.reading.internal.record;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.ValueObserver.Values;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import java.util.function.IntConsumer;

/**
 * One row at a time, parsed to be looked at rather than trained on. Allocates nothing per row once
 * it has grown to the most lookups seen. Not thread-safe; one per thread.
 */
final class ParsedRow {

  private final RowParser parser;
  private final Batch batch;

  /** By categorical column; null where a field holds one value. */
  private final ParsedBags[] bags;

  ParsedRow(Columns columns, BatchSchema schema, ReadSettings settings) {
    this.parser = new RowParser(columns, settings);
    // Bags are not placed in the batch, so it needs no room for them.
    this.batch = new Batch(schema.withLookupLimit(1), 1, HostBuffers.plain());
    this.bags =
        columns.categorical().stream()
            .map(
                column ->
                    column.bag() == null ? null : new ParsedBags(1, column.bag().weights() != null))
            .toArray(ParsedBags[]::new);
  }

  /**
   * Parses a row of a block.
   *
   * @throws BadRowException if it is malformed
   */
  void parse(RowBlock block, int row, FileLayout layout) {
    for (ParsedBags bag : bags) {
      if (bag != null) {
        bag.clear();
      }
    }
    parser.parse(block.bytes(), block.start(row), block.end(row), layout, batch, 0, bags);
  }

  /** Counts the row's lookups in a categorical column. */
  void count(int column, IntConsumer into) {
    ParsedBags bag = bags[column];
    int lookups = bag == null ? 1 : bag.lookups();
    int[] indices = bag == null ? batch.indices(column) : bag.indices();
    for (int i = 0; i < lookups; i++) {
      into.accept(indices[i]);
    }
  }

  /** Tells the row's raw values in a categorical column. */
  void observe(int column, Values into) {
    parser.observe(column, into);
  }

  /** The row's number in a dense column, as {@link RowParser#dense} has it. */
  double dense(int column) {
    return parser.dense(column);
  }
}
