package dev.farsight.reading.internal.record;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.FieldTexts;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.api.data.ValueObserver.Values;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule.LongBags;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import java.util.stream.Stream;

/**
 * One pass over a range of raw rows. The calling thread reads and decompresses the rows of a batch,
 * then the team parses them, each row into its own position, and {@linkplain BagBlock bags} of
 * varying sizes into place; malformed rows that may be skipped are closed up behind, and the batch
 * is topped up. So the samples and their order depend on nothing but the files.
 *
 * <p>Allocates nothing per batch once its block has grown, save for malformed rows.
 */
final class RecordBatches implements BatchSource {

  /** Rows handed to a thread at a time: enough to hide the hand-over. */
  private static final int TASK = 128;

  private final BatchSchema schema;
  private final Rows rows;
  private final Workers team;
  private final RowParser[] parsers;

  /** By thread: where it tells the values of its rows; null if nobody wants them. */
  private final Values[] values;

  private final boolean skip;
  private final boolean truncates;
  private final Workers.Task parse = this::parse;
  private RowBlock block = new RowBlock(0);

  /** Null if all features are one-hot. */
  private BagBlock bags;

  /** How many fields are handed on as texts. */
  private final int copied;

  /** By task: the texts of its rows. */
  private FieldTexts[] texts = {};

  private BadRowException[] complaints = {};
  private Batch batch;
  private int filled;
  private long badRows;
  private long truncatedBags;

  /**
   * @param observer sees the values of well-formed rows; may be null
   */
  RecordBatches(
      Columns columns,
      BatchSchema schema,
      Rows rows,
      Workers team,
      ReadSettings settings,
      ValueObserver observer) {
    this.schema = schema;
    this.rows = rows;
    this.team = team;
    this.copied = columns.copied().size();
    this.skip = settings.skipBadRows();
    this.truncates = columns.categorical().stream().anyMatch(RecordBatches::truncates);
    this.parsers = new RowParser[team.threads()];
    for (int p = 0; p < parsers.length; p++) {
      parsers[p] = new RowParser(columns, settings);
    }
    this.values =
        observer == null
            ? null
            : Stream.generate(observer::values).limit(team.threads()).toArray(Values[]::new);
  }

  private static boolean truncates(CategoricalColumn column) {
    return column.bag() != null && column.bag().longBags() == LongBags.TRUNCATE;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    if (complaints.length < into.capacity()) {
      block = new RowBlock(into.capacity());
      complaints = new BadRowException[into.capacity()];
      bags = schema.oneHot() ? null : new BagBlock(schema, team, tasks(into.capacity()), TASK);
      texts =
          copied == 0
              ? texts
              : Stream.generate(FieldTexts::new)
                  .limit(tasks(into.capacity()))
                  .toArray(FieldTexts[]::new);
    }
    into.texts().clear(copied);
    batch = into;
    filled = 0;
    if (bags != null) {
      bags.start(into);
    }
    while (filled < into.capacity()) {
      block.clear();
      rows.read(block, into.capacity() - filled);
      if (block.rows() == 0) {
        break;
      }
      int first = filled;
      team.run(tasks(block.rows()), parse);
      closeUp();
      for (int task = 0; copied > 0 && task < tasks(block.rows()); task++) {
        into.texts().append(texts[task]);
      }
      if (bags != null) {
        truncatedBags += bags.place(tasks(block.rows()), first);
      }
    }
    into.samples(filled);
    return filled > 0;
  }

  private static int tasks(int rows) {
    return (rows + TASK - 1) / TASK;
  }

  private void parse(int task, int worker) {
    ParsedBags[] room = bags == null ? null : bags.room(task);
    if (copied > 0) {
      texts[task].clear(copied);
    }
    int end = Math.min((task + 1) * TASK, block.rows());
    for (int row = task * TASK; row < end; row++) {
      try {
        FileLayout layout = rows.layout(block.file(row));
        parsers[worker].parse(
            block.bytes(), block.start(row), block.end(row), layout, batch, filled + row, room);
        complaints[row] = null;
        if (values != null) {
          parsers[worker].observe(values[worker]);
        }
        if (copied > 0) {
          parsers[worker].copy(texts[task]);
        }
      } catch (BadRowException e) {
        complaints[row] = e;
      }
    }
  }

  /** Moves the good rows of the block together, behind those filled before. */
  private void closeUp() {
    int first = filled;
    for (int row = 0; row < block.rows(); row++) {
      if (complaints[row] == null) {
        move(first + row, filled++);
      } else if (skip) {
        badRows++;
      } else {
        throw rows.malformed(block, row, complaints[row]);
      }
    }
  }

  private void move(int from, int to) {
    if (from == to) {
      return;
    }
    batch.labels().put(to, batch.labels().get(from));
    if (batch.weights() != null) {
      batch.weights().put(to, batch.weights().get(from));
    }
    int width = schema.denseWidth();
    for (int d = 0; d < width; d++) {
      batch.dense().put(to * width + d, batch.dense().get(from * width + d));
    }
    for (int f = 0; f < schema.features().size(); f++) {
      if (batch.offsets(f) == null) {
        batch.indices(f)[to] = batch.indices(f)[from];
      }
    }
  }

  /** Seeks, unless something has to be seen: rows left out, bags truncated, or values. */
  @Override
  public long skip(long samples, Batch scratch) {
    return skip || truncates || values != null
        ? BatchSource.super.skip(samples, scratch)
        : rows.skip(samples);
  }

  @Override
  public long badRows() {
    return badRows;
  }

  @Override
  public long truncatedBags() {
    return truncatedBags;
  }

  @Override
  public void close() {
    rows.close();
  }
}
