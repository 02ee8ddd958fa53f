package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Quoted;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * Copies rows that follow each other in the same files to samples of a batch, and checks them. A
 * thread has its own.
 */
final class BlockReader {

  private final NpyData data;
  private final BatchSchema schema;
  private final int features;
  private final int[] tableRows;
  private final Ids ids;
  private final Numbers numbers = new Numbers();

  /** Rows of a sparse array. */
  private final int[] sparse;

  /**
   * @param mostRows most rows of a copy
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

  /**
   * Writes how many lookups each sample has behind where its lookups begin, for features whose
   * samples have different numbers of them.
   */
  void countLookups(SampleFiles part, long row, int count, Batch into, int at) {
    for (int f = 0; f < features; f++) {
      BagArrays bag = part.bags().get(f);
      if (bag.ragged()) {
        countLookups(bag, f, row, count, into.offsets(f), at);
      }
    }
  }

  private void countLookups(BagArrays bag, int f, long row, int count, int[] ends, int at) {
    Feature feature = schema.features().get(f);
    long from = bag.offsets().longAt(row);
    for (int i = 0; i < count; i++) {
      long to = bag.offsets().longAt(row + i + 1);
      long lookups = to - from;
      if (lookups < feature.minLookups() || lookups > feature.maxLookups()) {
        throw wrong(
            bag.offsets(),
            row + i,
            f,
            String.format(
                Locale.ROOT,
                "%d lookups, not %d to %d",
                lookups,
                feature.minLookups(),
                feature.maxLookups()));
      }
      if (from < 0 || to > bag.ids().rows()) {
        throw wrong(
            bag.offsets(), row + i, f, "the lookups from " + from + " on are not in the file");
      }
      ends[at + i + 1] = (int) lookups;
      from = to;
    }
  }

  /** Copies rows. Where samples have different numbers of lookups, offsets are filled already. */
  void copy(SampleFiles part, long row, int count, Batch into, int at) {
    if (part.dense() != null) {
      copyDense(part.dense(), row, count, into, at);
    }
    if (part.labels() != null) {
      copyLabels(part.labels(), row, count, into, at);
    }
    if (part.sparse() != null) {
      copySparse(part.sparse(), row, count, into, at);
    } else {
      for (int f = 0; f < features; f++) {
        copyBags(part.bags().get(f), f, row, count, into, at);
      }
    }
    copyColumns(part, row, count, into, at);
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

  private static void copyLabels(NpyArray labels, long row, int count, Batch into, int at) {
    for (int i = 0; i < count; i++) {
      double label = labels.doubleAt(row + i);
      if (label != 0 && label != 1) {
        throw wrong(labels, row + i, "label " + text(labels, row + i) + " is neither 0 nor 1");
      }
      into.labels().put(at + i, label == 1 ? 1 : 0); // -0.0 is 0
    }
  }

  private void copySparse(NpyArray from, long row, int count, Batch into, int at) {
    ids.copyRows(from, row, count, sparse, tableRows);
    for (int f = 0; f < features; f++) {
      int wrong = ids.copyColumn(sparse, count, features, f, into.indices(f), at, tableRows[f]);
      if (wrong != Ids.GOOD) {
        throw wrongId(from, row + wrong, f, (row + wrong) * features + f);
      }
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
        throw wrong(
            bag.weights(),
            bag.rowOf(at0, row),
            f,
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
        throw wrong(from, row + i, what + " " + value + " is not from 0 to " + most);
      }
      into.put(at + i, (float) value);
    }
  }

  private FarsightException wrongId(NpyArray array, long row, int f, long position) {
    return wrong(
        array,
        row,
        f,
        String.format(
            Locale.ROOT,
            "id %d, and its table has %d rows%s",
            array.longAt(position),
            tableRows[f],
            data.rule().advice()));
  }

  private FarsightException wrong(NpyArray array, long row, int feature, String complaint) {
    String name = Quoted.of(schema.features().get(feature).name());
    return wrong(array, row, "feature " + name + ": " + complaint);
  }

  private static FarsightException wrong(NpyArray array, long row, String complaint) {
    return new FarsightException(
        String.format(Locale.ROOT, "%s: row %d: %s", array.name(), row + 1, complaint));
  }

  private static String text(NpyArray array, long position) {
    double value = array.doubleAt(position);
    return NpyType.FLOATS.contains(array.type())
        ? Double.toString(value)
        : Long.toString(array.longAt(position));
  }
}
