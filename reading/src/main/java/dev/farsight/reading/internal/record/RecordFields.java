package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.Fields;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of one record. Those appended stay where they are in its bytes; texts are copied into
 * room of their own. Grows to the widest record seen, at most {@link Fields#MOST} fields, and
 * allocates nothing else but what the bytes of a text take. Not thread-safe.
 */
final class RecordFields implements Fields {

  /** By the name of a field. */
  private final Map<String, Integer> positions = new HashMap<>();

  /** Positions of the fields that are lists. */
  private final Set<Integer> lists = new HashSet<>();

  /** Where a field begins in the record, or ~where it begins in {@link #texts}. */
  private int[] starts = new int[64];

  private int[] ends = new int[64];
  private int count;
  private byte[] record;
  private byte[] texts = new byte[256];
  private int used;

  RecordFields(Columns columns) {
    List<String> names = columns.fieldNames();
    for (String name : names) {
      positions.put(name, positions.size());
    }
    for (CategoricalColumn column : columns.categorical()) {
      BagRule bag = column.bag();
      if (bag != null && bag.separator() == BagRule.LISTED) {
        lists.add(positions.get(column.field()));
        if (bag.weights() != null) {
          lists.add(positions.get(bag.weights().name()));
        }
      }
    }
  }

  /** Begins a record in these bytes; it has no fields yet. */
  void start(byte[] bytes) {
    record = bytes;
    count = 0;
    used = 0;
  }

  @Override
  public void append(int from, int to) {
    if (count == starts.length) {
      grow();
    }
    starts[count] = from;
    ends[count++] = to;
  }

  private void grow() {
    if (count == MOST) {
      throw new BadRowException("more than " + MOST + " columns");
    }
    starts = Arrays.copyOf(starts, 2 * count);
    ends = Arrays.copyOf(ends, 2 * count);
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
    if (!lists.contains(position)) {
      throw new BadRowException("column " + name + ": a list of values, and one is expected");
    }
    if (position >= count || starts[position] >= 0) {
      begin(position);
    } else {
      moveToEnd(position);
      reserve(1);
      texts[used++] = BagRule.LISTED;
    }
    write(position, text);
  }

  /** Makes an empty text of a field, behind all others. */
  private void begin(int position) {
    while (position >= count) {
      append(0, 0);
    }
    starts[position] = ~used;
    ends[position] = used;
  }

  /** Texts of two fields may come by turns. */
  private void moveToEnd(int position) {
    int from = ~starts[position];
    int length = ends[position] - from;
    if (ends[position] != used) {
      reserve(length);
      System.arraycopy(texts, from, texts, used, length);
      starts[position] = ~used;
      used += length;
    }
  }

  /** Adds a text to that of a field, which is behind all others. */
  private void write(int position, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, texts, used, bytes.length);
    used += bytes.length;
    ends[position] = used;
  }

  private void reserve(int bytes) {
    if (bytes > texts.length - used) {
      texts = Arrays.copyOf(texts, Math.max(used + bytes, 2 * texts.length));
    }
  }

  /** How many fields there are; those behind are missing. */
  int count() {
    return count;
  }

  /** What holds a field. */
  byte[] bytes(int field) {
    return starts[field] < 0 ? texts : record;
  }

  /** Where a field begins in its bytes. */
  int from(int field) {
    int start = starts[field];
    return start < 0 ? ~start : start;
  }

  /** Where a field ends in its bytes. */
  int to(int field) {
    return ends[field];
  }
}
