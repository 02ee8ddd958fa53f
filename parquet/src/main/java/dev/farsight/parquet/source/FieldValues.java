package dev.farsight.parquet.source;

import dev.farsight.reading.BagRule;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * Takes the values of a column and writes them. Those of a dictionary are made bytes once, when it
 * is read. Memory: the dictionary's values as bytes. Not thread-safe.
 */
final class FieldValues extends PrimitiveConverter {

  private final Field field;
  private final ValueText text;
  private GrowingBytes into;

  /** The values of the dictionary, one behind the other. */
  private final GrowingBytes entries = new GrowingBytes();

  private int[] ends = {};

  FieldValues(Field field) {
    this.field = field;
    this.text = field.text();
  }

  /** Says where values go. */
  void into(GrowingBytes bytes) {
    into = bytes;
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary dictionary) {
    GrowingBytes row = into;
    int count = dictionary.getMaxId() + 1;
    entries.setLength(0);
    ends = new int[count];
    into = entries;
    for (int id = 0; id < count; id++) {
      add(dictionary, id);
      ends[id] = entries.length();
    }
    into = row;
  }

  private void add(Dictionary dictionary, int id) {
    switch (field.leaf().getPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> addBoolean(dictionary.decodeToBoolean(id));
      case INT32 -> addInt(dictionary.decodeToInt(id));
      case INT64 -> addLong(dictionary.decodeToLong(id));
      case FLOAT -> addFloat(dictionary.decodeToFloat(id));
      case DOUBLE -> addDouble(dictionary.decodeToDouble(id));
      default -> addBinary(dictionary.decodeToBinary(id));
    }
  }

  @Override
  public void addValueFromDictionary(int id) {
    into.add(entries.array(), id == 0 ? 0 : ends[id - 1], ends[id]);
  }

  @Override
  public void addBoolean(boolean value) {
    text.add(value, into);
  }

  @Override
  public void addInt(int value) {
    text.add(value, into);
  }

  @Override
  public void addLong(long value) {
    text.add(value, into);
  }

  @Override
  public void addFloat(float value) {
    text.add(value, into);
  }

  @Override
  public void addDouble(double value) {
    text.add(value, into);
  }

  @Override
  public void addBinary(Binary value) {
    int start = into.length();
    text.add(value, into);
    if (field.list()) {
      requireNoSeparator(start);
    }
  }

  private void requireNoSeparator(int start) {
    byte[] bytes = into.array();
    for (int i = start; i < into.length(); i++) {
      if (bytes[i] == (byte) BagRule.LISTED) {
        throw new UnreadableException(
            "column " + field.name() + " has a value in a list that is no UTF-8 text");
      }
    }
  }
}
