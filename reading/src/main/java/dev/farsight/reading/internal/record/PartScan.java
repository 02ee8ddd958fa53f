package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordParser;
import java.util.stream.Stream;

/**
 * One pass over all rows that finds out which part each belongs to, by the text of a column. The
 * calling thread reads and decompresses blocks of rows, and the team cuts them into fields. A row
 * that cannot be cut has no text there; it is malformed, and told by the pass that it falls to.
 */
final class PartScan {

  private static final int BLOCK = 1 << 13;

  /** Rows handed to a thread at a time. */
  private static final int TASK = 256;

  private final EvalWhere where;
  private final Rows rows;
  private final Workers team;
  private final RowBlock block = new RowBlock(BLOCK);
  private final boolean[] evaluated = new boolean[BLOCK];

  /** By thread. */
  private final Cutter[] cutters;

  /**
   * @param columns whose field that splits is that of {@code where}
   * @param rows all rows; closed when they are read
   */
  PartScan(EvalWhere where, Columns columns, Rows rows, Workers team) {
    this.where = where;
    this.rows = rows;
    this.team = team;
    this.cutters =
        Stream.generate(() -> new Cutter(columns)).limit(team.threads()).toArray(Cutter[]::new);
  }

  /** Reads all rows. */
  RowParts run() {
    var parts = new RowParts();
    try (rows) {
      while (true) {
        block.clear();
        rows.read(block, BLOCK);
        if (block.rows() == 0) {
          break;
        }
        team.run((block.rows() + TASK - 1) / TASK, this::look);
        for (int row = 0; row < block.rows(); row++) {
          parts.add(evaluated[row]);
        }
      }
    }
    parts.end();
    return parts;
  }

  private void look(int task, int worker) {
    int end = Math.min((task + 1) * TASK, block.rows());
    for (int row = task * TASK; row < end; row++) {
      evaluated[row] = cutters[worker].evaluates(row, rows.layout(block.file(row)));
    }
  }

  /** Cuts rows into fields for one thread. */
  private final class Cutter {

    private final RecordFields fields;
    private FileLayout layout;
    private RecordParser parser;

    Cutter(Columns columns) {
      fields = new RecordFields(columns);
    }

    @SuppressWarnings("ReferenceEquality") // a layout for each file; equals would compare columns
    boolean evaluates(int row, FileLayout of) {
      if (layout != of) {
        layout = of;
        parser = of.parsers().get();
      }
      fields.start(block.bytes());
      try {
        parser.parse(block.bytes(), block.start(row), block.end(row), fields);
      } catch (BadRowException e) {
        return where.evaluates(block.bytes(), 0, 0);
      }
      int field = of.split();
      return (field >= 0 && field < fields.count())
          ? where.evaluates(fields.bytes(), fields.from(field), fields.to(field))
          : where.evaluates(block.bytes(), 0, 0);
    }
  }
}
