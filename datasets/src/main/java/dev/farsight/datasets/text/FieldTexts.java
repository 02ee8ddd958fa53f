package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Fields;
import java.util.ArrayList;
import java.util.List;

/** The fields of a row as texts, for headers. */
final class FieldTexts implements Fields {

  private final byte[] row;
  private final List<String> texts = new ArrayList<>();

  private FieldTexts(byte[] row) {
    this.row = row;
  }

  /**
   * @throws dev.farsight.reading.BadRowException if the row's quotes are malformed
   */
  static List<String> of(byte[] row, DelimitedParser parser) {
    var fields = new FieldTexts(row);
    parser.split(row, 0, row.length, fields);
    return List.copyOf(fields.texts);
  }

  @Override
  public void append(int from, int to) {
    if (texts.size() == MOST) {
      throw new BadRowException("more than " + MOST + " columns");
    }
    texts.add(new String(row, from, to - from, UTF_8));
  }

  @Override
  public boolean reads(String name) {
    return false;
  }

  @Override
  public void set(String name, String text) {
    throw new UnsupportedOperationException("fields of a row have no names");
  }

  @Override
  public void add(String name, String text) {
    throw new UnsupportedOperationException("fields of a row have no names");
  }
}
