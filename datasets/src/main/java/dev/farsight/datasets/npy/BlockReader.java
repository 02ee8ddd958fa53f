package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Quoted;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * Copies a block of samples into a batch, and checks them. Ids that lie in an array with a column
 * for each feature are gathered first, and placed when all rows of the block are there: a column at
 * a time, while the block is in the L1 cache. A thread has its own.
 */
final class BlockReader {

  private final NpyData data;
  private final BatchSchema schema;
  private final int features;
  private final int[] tableRows;
  private final Ids ids;
  private final Numbers numbers = new Numbers();

  /** Ids of the block, row by row; null if they do not lie so. */
  private final int[] sparse;

  private Batch batch;

  /** Place in the batch of the first sample of the block. */
  private int first;

  /**
   * @param mostRows most samples of a block
   */
  BlockReader(NpyData data, int mostRows) {
    this.data = data;
    this.schema = data.schema();
    this.features = schema.features().size();
    this.ids = new Ids(data.rule().modulo());
    this.sparse = schema.oneHot() ? new int[mostRows * features] : null;
    this.tableRows = new int[features];
    for (int f = 0; f < features; f++) {
      tableRows[f] = schema.tables().get(schema.features().get(f).table()).rows();
    }
  }

  /** Begins with a block. */
  void start(Batch into, int at) {
    batch = into;
    first = at;
  }

  /**
   * Copies rows that follow each other. Where samples have different numbers of lookups, offsets
   * are filled already.
   *
   * @param at place in the batch of the first of them
   */
  void copy(SampleFiles part, long row, int count, int at) {
    if (part.dense() != null) {
      copyDense(part.dense(), row, count, batch, at);
    }
    if (part.labels() != null) {
      copyLabels(part.labels(), row, count, batch, at);
    }
    if (part.sparse() != null) {
      ids.copyRows(part.sparse(), row, count, sparse, (at - first) * features, tableRows);
    } else {
      for (int f = 0; f < features; f++) {
        copyBags(part.bags().get(f), f, row, count, batch, at);
      }
    }
    copyColumns(part, row, count, batch, at);
  }

  /**
   * Places the ids that were gathered.
   *
   * @param count samples of the block
   * @return place in the batch of a sample with an id that is no row of its table; {@link Ids#GOOD}
   *     if there is none
   */
  int placeColumns(int count) {
    if (sparse == null) {
      return Ids.GOOD;
    }
    int wrong = count;
    for (int f = 0; f < features; f++) {
      int row = ids.copyColumn(sparse, count, features, f, batch.indices(f), first, tableRows[f]);
      wrong = row == Ids.GOOD ? wrong : Math.min(wrong, row);
    }
    return wrong == count ? Ids.GOOD : first + wrong;
  }

  /** The error for a row with an id that is no row of its table. */
  FarsightException wrongId(SampleFiles part, long row) {
    int f = 0;
    long position = row * features;
    while (f < features - 1 && isRow(part.sparse().longAt(position + f), f)) {
      f++;
    }
    return wrongId(part.sparse(), row, f, position + f);
  }

  private boolean isRow(long id, int feature) {
    return id >= 0 && id < tableRows[feature];
  }

  private void copyDense(NpyArray dense, long row, int count, Batch into, int at) {
    int width = schema.denseWidth();
    int wrong =
        numbers.copy(
            dense, row * width, count * width, into.dense(), at * width, data.rule().transform());
    if (wrong != Numbers.GOOD) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: row %d: dense feature %s: %s is not finite%s",
              dense.name(),
              row + wrong / width + 1,
              Quoted.of(data.dense().get(wrong % width).name()),
              dense.doubleAt(row * width + wrong),
              data.rule().transform() == null ? " as float32" : " as float32, or after transform"));
    }
  }

  private void copyLabels(NpyArray labels, long row, int count, Batch into, int at) {
    int wrong = numbers.copyLabels(labels, row, count, into.labels(), at);
    if (wrong != Numbers.GOOD) {
      throw WrongValue.of(
          labels, row + wrong, "label " + text(labels, row + wrong) + " is neither 0 nor 1");
    }
  }

  private void copyBags(BagArrays bag, int f, long row, int count, Batch into, int at) {
    int[] ends = into.offsets(f);
    long position;
    int lookups;
    int lookup;
    if (bag.ragged()) {
      position = bag.offsets().longAt(row);
      lookup = ends[at];
      lookups = ends[at + count] - lookup;
    } else {
      int size = bag.ids().columns();
      position = row * size;
      lookup = at * size;
      lookups = count * size;
      for (int i = 1; ends != null && i <= count; i++) {
        ends[at + i] = lookup + i * size;
      }
    }
    int wrong = ids.copy(bag.ids(), position, lookups, into.indices(f), lookup, tableRows[f]);
    if (wrong != Ids.GOOD) {
      throw wrongId(bag.ids(), bag.rowOf(position + wrong, row), f, position + wrong);
    }
    if (bag.weights() != null) {
      FloatBuffer weights = into.lookupWeights(f);
      int infinite = numbers.copy(bag.weights(), position, lookups, weights, lookup, null);
      if (infinite != Numbers.GOOD) {
        long at0 = position + infinite;
        throw WrongValue.of(
            bag.weights(),
            bag.rowOf(at0, row),
            schema.features().get(f),
            "weight " + bag.weights().doubleAt(at0) + " is not finite as float32");
      }
    }
  }

  private void copyColumns(SampleFiles part, long row, int count, Batch into, int at) {
    if (part.truth() != null) {
      copyColumn(part.truth(), row, count, into.truth(), at, 1, "true probability");
    }
    if (part.weights() != null) {
      copyColumn(part.weights(), row, count, into.weights(), at, Float.MAX_VALUE, "weight");
    }
    for (int i = 0; part.groups() != null && i < count; i++) {
      into.groups().put(at + i, part.groups().longAt(row + i));
    }
    for (int i = 0; part.rowNumbers() != null && i < count; i++) {
      into.rowNumbers().put(at + i, part.rowNumbers().longAt(row + i));
    }
  }

  private static void copyColumn(
      NpyArray from, long row, int count, FloatBuffer into, int at, float most, String what) {
    for (int i = 0; i < count; i++) {
      double value = from.doubleAt(row + i);
      if (!(value >= 0 && value <= most)) {
        throw WrongValue.of(from, row + i, what + " " + value + " is not from 0 to " + most);
      }
      into.put(at + i, (float) value);
    }
  }

  private FarsightException wrongId(NpyArray array, long row, int f, long position) {
    return WrongValue.of(
        array,
        row,
        schema.features().get(f),
        String.format(
            Locale.ROOT,
            "id %d, and its table has %d rows%s",
            array.longAt(position),
            tableRows[f],
            data.rule().advice()));
  }

  private static String text(NpyArray array, long position) {
    double value = array.doubleAt(position);
    return NpyType.FLOATS.contains(array.type())
        ? Double.toString(value)
        : Long.toString(array.longAt(position));
  }
}
