package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import java.util.Locale;

/**
 * Makes the vocabulary of a table from frequent values that come in its order. The values go to a
 * temporary file. Not thread-safe.
 */
public final class FrequentValues implements AutoCloseable {

  private final Table table;
  private final Tally tally;
  private final VocabularyWriter writer = new VocabularyWriter();

  /**
   * @param tally ended, if the table {@linkplain Tally#limits has a limit}
   */
  public FrequentValues(Table table, Tally tally) {
    this.table = table;
    this.tally = tally;
  }

  /**
   * Takes the next value, if it is one of those that the table has room for.
   *
   * @param mixed its mixed form, larger than the one before as an unsigned number
   * @param count at least what is enough
   * @throws FarsightException if there are more values than a table can have rows
   */
  public void offer(long mixed, long count) {
    if (tally.takes(count)) {
      if (writer.values() >= tally.most()) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "table %s: more than %d values occur in the training part; set rows or a larger"
                    + " min-count",
                Quoted.of(table.name()),
                tally.most()));
      }
      writer.add(Mix.value(mixed));
    }
  }

  /** The vocabulary of the values taken. */
  public Vocabulary end() {
    return writer.end();
  }

  @Override
  public void close() {
    writer.close();
  }
}
