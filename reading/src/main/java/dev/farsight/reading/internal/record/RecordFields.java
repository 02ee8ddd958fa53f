package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.Fields;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of one record. Those handed over by position stay where they are in its bytes; texts
 * are copied into room of their own, which grows to the longest record seen. Allocates nothing else
 * but what the bytes of a text take that is not ASCII. Not thread-safe.
 */
final class RecordFields implements Fields {

  private static final char LAST_ASCII = 0x7F;

  /** By the name of a field. */
  private final Map<String, Integer> positions = new HashMap<>();

  /** By position, for fields that are lists of values: the byte between two of them. */
  private final Map<Integer, Byte> separators = new HashMap<>();

  /** Where texts begin in {@link #texts}; 0 if a field was not handed over. */
  private final int[] textStarts;

  private final int[] textEnds;
  private byte[] texts = new byte[256];
  private int used;

  /** What holds the fields: the record, or {@link #texts}. */
  private byte[] bytes;

  private int[] starts;
  private int[] ends;
  private int count;

  RecordFields(Columns columns) {
    List<String> names = columns.fieldNames();
    for (String name : names) {
      positions.put(name, positions.size());
    }
    this.textStarts = new int[names.size()];
    this.textEnds = new int[names.size()];
    for (CategoricalColumn column : columns.categorical()) {
      BagRule bag = column.bag();
      if (bag != null && bag.separator() != BagRule.NO_SEPARATOR) {
        separators.put(positions.get(column.field()), (byte) bag.separator());
        if (bag.weights() != null) {
          separators.put(positions.get(bag.weights().name()), (byte) bag.separator());
        }
      }
    }
  }

  /** Begins a record in these bytes; it has no fields yet. */
  void start(byte[] record) {
    bytes = record;
    count = 0;
  }

  @Override
  public void at(int[] from, int[] to, int fields) {
    starts = from;
    ends = to;
    count = fields;
  }

  @Override
  public boolean reads(String name) {
    return positions.containsKey(name);
  }

  @Override
  public void set(String name, String text) {
    Integer position = positions.get(name);
    if (position != null) {
      begin(position);
      write(position, text);
    }
  }

  @Override
  public void add(String name, String text) {
    Integer position = positions.get(name);
    if (position == null) {
      return;
    }
    Byte separator = separators.get(position);
    if (bytes != texts || textStarts[position] == 0) {
      begin(position);
    } else if (separator == null) {
      throw new BadRowException("column " + name + ": a list of values, and one is expected");
    } else {
      moveToEnd(position);
      reserve(1);
      texts[used++] = separator;
    }
    write(position, text);
  }

  /** Makes an empty text of a field, behind all others. */
  private void begin(int position) {
    if (bytes != texts) {
      beginTexts();
    }
    textStarts[position] = used;
    textEnds[position] = used;
  }

  private void beginTexts() {
    bytes = texts;
    used = 1;
    Arrays.fill(textStarts, 0);
    Arrays.fill(textEnds, 0);
    at(textStarts, textEnds, textStarts.length);
  }

  /** Texts of two fields may come by turns. */
  private void moveToEnd(int position) {
    int from = textStarts[position];
    int length = textEnds[position] - from;
    if (textEnds[position] != used) {
      reserve(length);
      System.arraycopy(texts, from, texts, used, length);
      textStarts[position] = used;
      used += length;
    }
  }

  /** Adds a text to that of a field, which is behind all others. */
  private void write(int position, String text) {
    if (!writeAscii(text)) {
      byte[] utf8 = text.getBytes(UTF_8);
      reserve(utf8.length);
      System.arraycopy(utf8, 0, texts, used, utf8.length);
      used += utf8.length;
    }
    textEnds[position] = used;
  }

  /** Writes a text of ASCII characters, without a copy of it; false if it has others. */
  private boolean writeAscii(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c > LAST_ASCII) {
        return false;
      }
      texts[used + i] = (byte) c;
    }
    used += length;
    return true;
  }

  private void reserve(int length) {
    if (length > texts.length - used) {
      texts = Arrays.copyOf(texts, Math.max(used + length, 2 * texts.length));
      bytes = texts;
    }
  }

  /** How many fields there are; those behind are missing. */
  int count() {
    return count;
  }

  /** What holds the fields. */
  byte[] bytes() {
    return bytes;
  }

  /** Where a field begins. */
  int from(int field) {
    return starts[field];
  }

  /** Where a field ends. */
  int to(int field) {
    return ends[field];
  }
}
