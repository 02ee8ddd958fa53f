package dev.farsight.datasets.text;

import dev.farsight.api.data.Batch;

/**
 * Parses rows into a batch. Works on bytes from end to end: a well-formed row allocates nothing and
 * costs about a nanosecond a byte, where a general CSV library makes forty Strings of it. Not
 * thread-safe; one per thread.
 */
final class RowParser {

  private final DenseReader[] dense;
  private final CategoricalColumn[] categorical;

  /** By column; null where a field holds one value. */
  private final BagParser[] bagParsers;

  private final FieldSplitter fields;

  RowParser(TextFormat format) {
    this.dense = format.dense().stream().map(DenseReader::new).toArray(DenseReader[]::new);
    this.categorical = format.categorical().toArray(CategoricalColumn[]::new);
    this.bagParsers =
        format.categorical().stream()
            .map(column -> column.bag() == null ? null : new BagParser(column))
            .toArray(BagParser[]::new);
    this.fields = new FieldSplitter(format.separator(), format.quotes());
  }

  /**
   * Parses the row at [from, to) into position {@code at} of the batch; quoted fields are unescaped
   * in {@code bytes}.
   *
   * @param bags where bags go, by categorical column; null if there are none
   * @throws BadRow if the row is malformed; the position then holds no meaning
   */
  void parse(byte[] bytes, int from, int to, FieldMap map, Batch batch, int at, ParsedBags[] bags) {
    int count = fields.split(bytes, from, to);
    if (count != map.fields()) {
      checkStripped(bytes, count, map);
    }
    batch.labels().put(at, map.labelled() ? label(bytes, map.label()) : 0f);
    parseDense(bytes, map.dense(), batch, at);
    parseCategorical(bytes, map.categorical(), batch, at);
    if (bags != null) {
      parseBags(bytes, map, bags);
    }
  }

  /** A stripped run of empty fields leaves a last field that is not empty. */
  private void checkStripped(byte[] bytes, int count, FieldMap map) {
    if (count > map.fields()
        || count < map.least()
        || fields.start(count - 1) == fields.end(count - 1)) {
      String hint = DialectHints.of(fields.texts(bytes), "the row");
      throw new BadRow(count + " columns, " + map.fields() + " expected" + hint);
    }
  }

  private float label(byte[] bytes, int field) {
    int from = fields.start(field);
    int to = fields.end(field);
    int label = Labels.read(bytes, from, to);
    if (label >= 0) {
      return label;
    }
    throw new BadRow(
        "label "
            + BadFields.shown(bytes, from, to)
            + " is neither 0 nor 1"
            + BadFields.encoding(bytes, from, to));
  }

  private void parseDense(byte[] bytes, int[] positions, Batch batch, int at) {
    var into = batch.dense();
    int base = at * dense.length;
    for (int c = 0; c < dense.length; c++) {
      int field = positions[c];
      if (field >= fields.count()) {
        into.put(base + c, (float) dense[c].missing());
        continue;
      }
      int from = fields.start(field);
      int to = fields.end(field);
      try {
        into.put(
            base + c, (float) (from == to ? dense[c].missing() : dense[c].value(bytes, from, to)));
      } catch (BadRow e) {
        throw BadFields.of(dense[c].name(), bytes, from, to, e);
      }
    }
  }

  private void parseCategorical(byte[] bytes, int[] positions, Batch batch, int at) {
    for (int t = 0; t < categorical.length; t++) {
      if (bagParsers[t] != null) {
        continue;
      }
      int field = positions[t];
      if (field >= fields.count()) {
        batch.indices(t)[at] = 0;
        continue;
      }
      int from = fields.start(field);
      int to = fields.end(field);
      try {
        batch.indices(t)[at] = categorical[t].index(bytes, from, to);
      } catch (BadRow e) {
        throw BadFields.of(categorical[t].name(), bytes, from, to, e);
      }
    }
  }

  private void parseBags(byte[] bytes, FieldMap map, ParsedBags[] bags) {
    for (int t = 0; t < bagParsers.length; t++) {
      if (bagParsers[t] != null) {
        bags[t].startRow();
        int field = map.categorical()[t];
        int weights = map.weights()[t];
        bagParsers[t].parse(bytes, start(field), end(field), start(weights), end(weights), bags[t]);
      }
    }
    // Only now, because a malformed row leaves nothing.
    for (ParsedBags bag : bags) {
      if (bag != null) {
        bag.keepRow();
      }
    }
  }

  /**
   * The number in a dense column of the row parsed last, after its transforms, in double; NaN if it
   * is missing.
   */
  double dense(int column, byte[] bytes, FieldMap map) {
    int field = map.dense()[column];
    return start(field) == end(field)
        ? Double.NaN
        : dense[column].value(bytes, start(field), end(field));
  }

  /** Where a field begins; 0 if there is none, which is then empty. */
  private int start(int field) {
    return field >= 0 && field < fields.count() ? fields.start(field) : 0;
  }

  private int end(int field) {
    return field >= 0 && field < fields.count() ? fields.end(field) : 0;
  }
}
