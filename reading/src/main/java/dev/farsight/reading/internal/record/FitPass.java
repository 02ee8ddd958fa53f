package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.internal.vocabulary.ValueCounts;
import dev.farsight.reading.internal.vocabulary.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One pass over the rows of a training part that finds out what columns need to know of them. The
 * calling thread reads and decompresses blocks of rows, and the team parses them. Sums are made
 * task by task and added in the order of the tasks, which are the same for any number of threads
 * and any batch size; so is the result.
 *
 * <p>A malformed row counts for nothing. One that is malformed only by what the pass finds out, as
 * its value is not finite once it is standardised, counts.
 *
 * <p>Memory: a byte a row of the tables counted, a block of rows, and what {@link ValueCounts} may
 * take if there are vocabularies.
 */
final class FitPass {

  private static final int BLOCK = 1 << 13;

  /** Rows handed to a thread at a time. */
  static final int TASK = 128;

  private final Rows rows;
  private final Workers team;
  private final ReadSettings settings;

  /**
   * The lookups of every so many rows are counted, by their number in the files. What is enough is
   * divided by it, and rounded up.
   */
  private final int countEvery;

  private final RowBlock block = new RowBlock(BLOCK);
  private final BadRowException[] complaints = new BadRowException[BLOCK];

  /** By thread. */
  private final ParsedRow[] parsed;

  /** By number of the table; no entry where rows are not counted. */
  private final Map<Integer, RowCounts> counts = new TreeMap<>();

  /** By categorical column; null where rows are not counted. */
  private final RowCounts[] columnCounts;

  /** Numbers of the tables whose vocabulary is to be found out. */
  private final List<Integer> vocabularies;

  /** The least count of a value, by position in {@link #vocabularies}. */
  private final int[] enoughValues;

  /** Numbers of the categorical columns whose values are counted. */
  private final int[] valueColumns;

  /** Null if no values are counted. */
  private final ValueCounts values;

  /** Numbers of the dense columns whose scale is to be found out. */
  private final int[] columns;

  /** By position in {@link #columns}: what a missing value counts as; NaN if it does not count. */
  private final double[] missing;

  private final Moments[] moments;

  /** By task of a block, and position in {@link #columns}. */
  private final Moments[][] partMoments;

  /** Number of the block's first row in the training part. */
  private long first;

  /**
   * @param rows the training part; closed when it is read
   * @param plan what is to be found out
   */
  FitPass(
      FitNeeds needs,
      BatchSchema schema,
      Rows rows,
      Workers team,
      FitPlan plan,
      ReadSettings settings) {
    Columns asked = needs.columns();
    this.rows = rows;
    this.team = team;
    this.settings = settings;
    this.countEvery = plan.countEvery();
    for (int table : needs.countedTables()) {
      counts.put(table, new RowCounts(asked.tables().get(table).rows() - 1, plan.enough(table)));
    }
    this.columnCounts =
        asked.categorical().stream()
            .map(column -> counts.get(asked.tables().indexOf(column.table())))
            .toArray(RowCounts[]::new);
    this.vocabularies = plan.all() ? needs.vocabularies() : List.of();
    this.enoughValues = vocabularies.stream().mapToInt(plan::enough).toArray();
    int[] tableOf =
        asked.categorical().stream()
            .mapToInt(column -> vocabularies.indexOf(asked.tables().indexOf(column.table())))
            .toArray();
    this.valueColumns =
        IntStream.range(0, tableOf.length).filter(column -> tableOf[column] >= 0).toArray();
    this.values =
        vocabularies.isEmpty()
            ? null
            : new ValueCounts(
                vocabularies.stream().map(asked.tables()::get).toList(), tableOf, team.threads());
    this.columns =
        plan.all() ? needs.fittedColumns().stream().mapToInt(d -> d).toArray() : new int[0];
    this.missing = DenseFit.missing(asked, columns);
    this.moments = moments();
    this.partMoments = Stream.generate(this::moments).limit(BLOCK / TASK).toArray(Moments[][]::new);
    Columns parseable = DenseFit.before(asked);
    this.parsed =
        Stream.generate(() -> new ParsedRow(parseable, schema, settings))
            .limit(team.threads())
            .toArray(ParsedRow[]::new);
  }

  private Moments[] moments() {
    return Stream.generate(Moments::new).limit(columns.length).toArray(Moments[]::new);
  }

  /**
   * Reads all rows.
   *
   * @throws dev.farsight.api.FarsightException at a malformed row that is not to be left out
   */
  Fitted run() {
    try (values) {
      try (rows) {
        readAll();
      }
      return result();
    }
  }

  private void readAll() {
    while (true) {
      block.clear();
      rows.read(block, BLOCK);
      if (block.rows() == 0) {
        return;
      }
      int tasks = (block.rows() + TASK - 1) / TASK;
      team.run(tasks, this::look);
      requireGoodRows();
      for (int task = 0; task < tasks; task++) {
        for (int c = 0; c < columns.length; c++) {
          moments[c].merge(partMoments[task][c]);
        }
      }
      first += block.rows();
    }
  }

  private void look(int task, int worker) {
    for (Moments part : partMoments[task]) {
      part.clear();
    }
    int end = Math.min((task + 1) * TASK, block.rows());
    for (int row = task * TASK; row < end; row++) {
      complaints[row] = null;
      boolean counts = !this.counts.isEmpty() || values != null;
      boolean counted = counts && (first + row) % countEvery == 0;
      if (counted || columns.length > 0) {
        try {
          parsed[worker].parse(block, row, rows.layout(block.file(row)));
          add(parsed[worker], counted, partMoments[task]);
          for (int c = 0; c < valueColumns.length && counted; c++) {
            parsed[worker].observe(valueColumns[c], values.values(worker));
          }
        } catch (BadRowException e) {
          complaints[row] = e;
        }
      }
    }
  }

  private void add(ParsedRow row, boolean counted, Moments[] into) {
    for (int c = 0; c < columnCounts.length && counted; c++) {
      if (columnCounts[c] != null) {
        row.count(c, columnCounts[c]);
      }
    }
    for (int c = 0; c < columns.length; c++) {
      double value = row.dense(columns[c]);
      double number = Double.isNaN(value) ? missing[c] : value;
      if (!Double.isNaN(number)) {
        into[c].add(number);
      }
    }
  }

  private void requireGoodRows() {
    for (int row = 0; row < block.rows() && !settings.skipBadRows(); row++) {
      if (complaints[row] != null) {
        throw rows.malformed(block, row, complaints[row]);
      }
    }
  }

  private Fitted result() {
    Map<Integer, KeptRows> kept = new TreeMap<>();
    counts.forEach((table, of) -> kept.put(table, of.frequent()));
    Map<Integer, Vocabulary> frequent = new TreeMap<>();
    if (values != null) {
      List<Vocabulary> made = values.frequent(enoughValues);
      for (int v = 0; v < made.size(); v++) {
        frequent.put(vocabularies.get(v), made.get(v));
      }
    }
    Map<Integer, Scale> found = new TreeMap<>();
    for (int c = 0; c < columns.length; c++) {
      found.put(columns[c], moments[c].scale());
    }
    return new Fitted(kept, frequent, found);
  }
}
