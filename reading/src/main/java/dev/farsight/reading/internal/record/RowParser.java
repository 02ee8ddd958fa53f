package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.FieldTexts;
import dev.farsight.api.data.ValueObserver.Values;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.BinaryNumber;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.Fields;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Labels;
import dev.farsight.reading.RecordParser;

/**
 * Parses rows into a batch. Works on bytes from end to end: a well-formed row of text allocates
 * nothing and costs about a nanosecond a byte, where a general CSV library makes forty Strings of
 * it. Not thread-safe; one per thread.
 */
final class RowParser {

  private static final byte[] NO_BYTES = {};

  /** Null if there is none. */
  private final String labelName;

  /** Null if there is none. */
  private final String weightName;

  private final DenseReader[] dense;
  private final CategoricalColumn[] categorical;

  /** By column; null where a field holds one value. */
  private final BagParser[] bagParsers;

  private final RecordFields fields;

  /** The layout of the row parsed last. */
  private FileLayout layout;

  private RecordParser cutter;

  RowParser(Columns columns, ReadSettings settings) {
    this.labelName = columns.label();
    this.weightName = columns.weight();
    this.dense = columns.dense().stream().map(DenseReader::new).toArray(DenseReader[]::new);
    this.categorical = columns.categorical().toArray(CategoricalColumn[]::new);
    this.bagParsers =
        columns.categorical().stream()
            .map(column -> column.bag() == null ? null : new BagParser(column, settings.section()))
            .toArray(BagParser[]::new);
    this.fields = new RecordFields(columns);
  }

  /**
   * Parses the row at [from, to) into position {@code at} of the batch; the parser of the format
   * may overwrite these bytes.
   *
   * @param bags where bags go, by categorical column; null if there are none
   * @throws BadRowException if the row is malformed; the position then holds no meaning
   */
  @SuppressWarnings("ReferenceEquality") // a layout for each file; equals would compare columns
  void parse(
      byte[] bytes, int from, int to, FileLayout of, Batch batch, int at, ParsedBags[] bags) {
    if (layout != of) {
      cutter = of.parsers().get();
    }
    fields.start(bytes);
    cutter.parse(bytes, from, to, fields);
    read(of, batch, at, bags);
  }

  /** Begins a row whose fields are handed over one by one, and then {@linkplain #read read}. */
  Fields begin() {
    fields.start(NO_BYTES);
    return fields;
  }

  /**
   * Reads the fields of the row into position {@code at} of the batch.
   *
   * @param bags as for {@link #parse}
   * @throws BadRowException if the row is malformed
   */
  void read(FileLayout of, Batch batch, int at, ParsedBags[] bags) {
    layout = of;
    batch.labels().put(at, of.labelled() ? label(of.label()) : 0f);
    if (weightName != null) {
      batch.weights().put(at, weight(of.weight()));
    }
    parseDense(of.dense(), batch, at);
    parseCategorical(of.categorical(), batch, at);
    if (bags != null) {
      parseBags(of, bags);
    }
  }

  private float label(int field) {
    byte[] bytes = fields.bytes();
    int from = from(field);
    int to = to(field);
    int label = Labels.read(bytes, from, to);
    if (label >= 0) {
      return label;
    }
    if (from == to) {
      throw new BadRowException("the label is missing (column " + labelName + ")");
    }
    throw new BadRowException(
        "label "
            + BadFields.shown(bytes, from, to)
            + " is neither 0 nor 1"
            + BadFields.encoding(bytes, from, to));
  }

  private float weight(int field) {
    byte[] bytes = fields.bytes();
    int from = from(field);
    int to = to(field);
    if (from == to) {
      throw new BadRowException("the weight is missing (column " + weightName + ")");
    }
    float weight;
    try {
      weight = (float) Numbers.decimal(bytes, from, to);
    } catch (BadRowException e) {
      throw BadFields.of(weightName, bytes, from, to, e);
    }
    if (weight >= 0 && weight <= Float.MAX_VALUE) {
      return weight;
    }
    throw BadFields.of(
        weightName,
        bytes,
        from,
        to,
        new BadRowException("is not a finite weight of at least 0 in float32"));
  }

  private void parseDense(int[] positions, Batch batch, int at) {
    var into = batch.dense();
    byte[] bytes = fields.bytes();
    int base = at * dense.length;
    for (int c = 0; c < dense.length; c++) {
      int field = positions[c];
      if (field >= fields.count()) {
        into.put(base + c, (float) dense[c].missing());
        continue;
      }
      int from = fields.from(field);
      int to = fields.to(field);
      try {
        into.put(
            base + c, (float) (from == to ? dense[c].missing() : dense[c].value(bytes, from, to)));
      } catch (BadRowException e) {
        throw BadFields.of(dense[c].name(), bytes, from, to, e);
      }
    }
  }

  private void parseCategorical(int[] positions, Batch batch, int at) {
    byte[] bytes = fields.bytes();
    for (int t = 0; t < categorical.length; t++) {
      if (bagParsers[t] != null) {
        continue;
      }
      int field = positions[t];
      if (field >= fields.count()) {
        batch.indices(t)[at] = 0;
        continue;
      }
      int from = fields.from(field);
      int to = fields.to(field);
      try {
        batch.indices(t)[at] = categorical[t].index(bytes, from, to);
      } catch (BadRowException e) {
        throw BadFields.of(categorical[t].name(), bytes, from, to, e);
      }
    }
  }

  private void parseBags(FileLayout of, ParsedBags[] bags) {
    for (int t = 0; t < bagParsers.length; t++) {
      if (bagParsers[t] != null) {
        bags[t].startRow();
        int field = of.categorical()[t];
        int weights = of.weights()[t];
        bagParsers[t].parse(
            fields.bytes(), from(field), to(field), from(weights), to(weights), bags[t]);
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
  double dense(int column) {
    int field = layout.dense()[column];
    return from(field) == to(field)
        ? Double.NaN
        : dense[column].value(fields.bytes(), from(field), to(field));
  }

  /** Tells the raw values of the row parsed last, which is well-formed. */
  void observe(Values into) {
    byte[] bytes = fields.bytes();
    for (int c = 0; c < dense.length; c++) {
      int from = from(layout.dense()[c]);
      int to = to(layout.dense()[c]);
      into.dense(c, from == to ? Double.NaN : dense[c].raw(bytes, from, to));
    }
    for (int t = 0; t < categorical.length; t++) {
      observe(t, into);
    }
  }

  /** Tells the raw values in a categorical column of the row parsed last. */
  void observe(int column, Values into) {
    byte[] bytes = fields.bytes();
    int from = from(layout.categorical()[column]);
    int to = to(layout.categorical()[column]);
    if (bagParsers[column] != null) {
      bagParsers[column].observe(bytes, from, to, column, into);
    } else if (from == to) {
      into.missing(column);
    } else {
      into.categorical(column, categorical[column].rule().value(bytes, from, to));
    }
  }

  /** Copies the texts of the fields that are handed on with the row parsed last. */
  void copy(FieldTexts into) {
    byte[] bytes = fields.bytes();
    for (int field : layout.copied()) {
      int to = to(field);
      int start = from(field);
      for (int at = start; at <= to; at++) {
        if (at == to || bytes[at] == BagRule.LISTED) {
          copyValue(bytes, start, at, into);
          start = at + 1;
          if (at < to) {
            into.append((byte) '|');
          }
        }
      }
      into.endText();
    }
  }

  private static void copyValue(byte[] bytes, int from, int to, FieldTexts into) {
    if (BinaryNumber.is(bytes, from, to)) {
      byte[] digits = Double.toString(BinaryNumber.read(bytes, from)).getBytes(US_ASCII);
      into.append(digits, 0, digits.length);
    } else {
      into.append(bytes, from, to);
    }
  }

  private boolean present(int field) {
    return field >= 0 && field < fields.count();
  }

  /** Where a field begins; 0 if there is none, which is then empty. */
  private int from(int field) {
    return present(field) ? fields.from(field) : 0;
  }

  private int to(int field) {
    return present(field) ? fields.to(field) : 0;
  }
}
