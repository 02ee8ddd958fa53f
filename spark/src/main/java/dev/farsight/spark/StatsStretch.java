package dev.farsight.spark;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.bench.stats.RowTally;
import dev.farsight.bench.stats.StretchCounter;
import dev.farsight.datasets.prepare.WrittenPart;
import dev.farsight.reading.pieces.PieceSource;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What a task counts: rows whenever there are many, and what the stretch comes to at the end. Its
 * files are closed when the task ends, however it does.
 */
final class StatsStretch implements Iterator<StatsPiece> {

  private final PieceSource source;
  private final BatchSource pass;
  private final Batch batch;
  private final StretchCounter counter;
  private final boolean countsRows;
  private boolean read;
  private boolean done;

  StatsStretch(OpenedPart part, RowRange range, boolean countsRows) {
    this.countsRows = countsRows;
    source = part.open();
    TaskCompletionListener closing = context -> source.close();
    TaskContext.get().addTaskCompletionListener(closing);
    counter = new StretchCounter(source.schema(), countsRows);
    source.observe(counter.observer());
    pass = source.read(part.evaluation(), range.from(), range.to());
    batch = WrittenPart.batch(pass);
  }

  @Override
  public boolean hasNext() {
    return !done;
  }

  @Override
  public StatsPiece next() {
    if (done) {
      throw new NoSuchElementException();
    }
    while (!read && !counter.isFull()) {
      if (pass.next(batch)) {
        counter.add(batch);
      } else {
        read = true;
      }
    }
    if (countsRows) {
      RowTally tally = counter.take();
      if (tally.size() > 0) {
        return new StatsPiece(tally, null);
      }
    }
    done = true;
    pass.close();
    return new StatsPiece(null, counter.summary(pass));
  }
}
