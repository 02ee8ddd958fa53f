package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataContext;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.Fields;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.MissingColumn;
import dev.farsight.reading.RecordParser;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordReader;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the first records for columns that no record has. Where fields have names, nothing
 * else would tell that a column is misspelt: it would be missing everywhere. The search ends once
 * every column was seen, which is mostly in the first record, and at once where fields have
 * positions, because a layout names what is missing there. Not thread-safe.
 */
final class ColumnSearch implements Fields {

  private static final Logger LOG = LoggerFactory.getLogger(ColumnSearch.class);

  /** Records of a file that are looked at. */
  static final int RECORDS = 10_000;

  /** Names of fields that are kept for the message. */
  private static final int MOST_NAMES = 1_000;

  private final Columns columns;
  private final boolean trains;

  /** Names of the columns that no record had so far. */
  private final Set<String> unseen;

  /** Names of fields, in the order in which they were found. */
  private final Set<String> found = new LinkedHashSet<>();

  private FileLayout layout;
  private RecordParser parser;

  /** Whether a record was well-formed: others say nothing about columns. */
  private boolean anyRecord;

  private boolean allRecords = true;

  ColumnSearch(Columns columns, DataContext context) {
    this.columns = columns;
    this.trains =
        EvalWhere.isSet(context.data()) || context.data().share("eval-fraction", 0, 1) < 1;
    this.unseen = new LinkedHashSet<>(columns.fieldNames());
  }

  /** Whether nothing is left to look for. */
  boolean done() {
    return unseen.isEmpty();
  }

  /**
   * Looks through the first records of a file.
   *
   * @param reader is at the first record, or at the header
   */
  void lookThrough(RecordReader reader, FileLayout of, boolean header) {
    boolean atRecord = !done() && (!header || reader.next());
    for (int record = 0; record < RECORDS && atRecord; record++) {
      look(reader, of);
      atRecord = !done() && reader.next();
    }
    allRecords &= !atRecord;
  }

  /** Looks at the record that the reader is at. */
  @SuppressWarnings("ReferenceEquality") // a layout for each file; equals would compare columns
  void look(RecordReader reader, FileLayout of) {
    if (layout != of) {
      layout = of;
      parser = of.parsers().get();
    }
    // A parser may overwrite the bytes, and they are still to be read.
    byte[] copy = Arrays.copyOfRange(reader.bytes(), reader.from(), reader.to());
    try {
      parser.parse(copy, 0, copy.length, this);
      anyRecord = true;
    } catch (BadRowException e) {
      // The pass that reads the record for its values tells.
    }
  }

  /** Says that only the first records were looked at. */
  void stopEarly() {
    allRecords = false;
  }

  /**
   * Ends the search. A column that no record has is an error if there is something to train on, or
   * if it was probably misspelt; the label is one always. Otherwise there is a warning: a few
   * records to be evaluated may well lack what is rare.
   *
   * @param files those searched, at least one
   */
  void end(List<DataFile> files) {
    if (anyRecord) {
      unseen.forEach(name -> complain(name, files));
    }
    unseen.clear();
  }

  private void complain(String name, List<DataFile> files) {
    var others = new LinkedHashSet<>(found);
    columns.fieldNames().forEach(others::remove);
    String meant = MissingColumn.meant(name, others);
    String where = allRecords ? "" : " in its first " + RECORDS + " records";
    FarsightException complaint =
        LayoutFinder.none(
            files, "has no column " + name + where, meant + MissingColumn.found(found));
    if (trains || !meant.isEmpty() || name.equals(columns.label())) {
      throw complaint;
    }
    LOG.warn("{}; it is taken to be missing in all records", complaint.getMessage());
  }

  private void note(String name) {
    if (found.size() < MOST_NAMES) {
      found.add(name);
    }
  }

  @Override
  public boolean reads(String name) {
    note(name);
    return columns.fieldNames().contains(name);
  }

  @Override
  public void set(String name, String text) {
    note(name);
    unseen.remove(name);
  }

  @Override
  public void add(String name, String text) {
    set(name, text);
  }

  @Override
  public void at(int[] starts, int[] ends, int count) {
    unseen.clear();
  }
}
