package dev.farsight.api.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The texts of some fields of the samples of a batch, as they are in the data: ids that tell what a
 * sample is, for whoever reads its score. Grows to the longest batch seen; allocates nothing else
 * but the Strings that {@link #text} makes. Not thread-safe.
 */
public final class FieldTexts {

  private int fields;
  private byte[] bytes = {};
  private int used;

  /** Where each text ends in {@link #bytes}, sample by sample. */
  private int[] ends = {};

  private int texts;

  /** Removes all texts. Those to come are of so many fields. */
  public void clear(int fieldsOfSample) {
    fields = fieldsOfSample;
    used = 0;
    texts = 0;
  }

  /** Appends UTF-8 at [from, to) to the text that is next. */
  public void append(byte[] utf8, int from, int to) {
    int length = to - from;
    reserve(length);
    System.arraycopy(utf8, from, bytes, used, length);
    used += length;
  }

  /** Appends a byte to the text that is next. */
  public void append(byte utf8) {
    reserve(1);
    bytes[used++] = utf8;
  }

  private void reserve(int length) {
    if (length > bytes.length - used) {
      bytes = Arrays.copyOf(bytes, Math.max(used + length, 2 * bytes.length));
    }
  }

  /** Ends a text: that of the next field of a sample, or of the first one of the next sample. */
  public void endText() {
    if (texts == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(256, 2 * texts));
    }
    ends[texts++] = used;
  }

  /** Appends all samples of another batch. */
  public void append(FieldTexts other) {
    int before = used;
    append(other.bytes, 0, other.used);
    for (int text = 0; text < other.texts; text++) {
      used = before + other.ends[text];
      endText();
    }
  }

  /** How many samples have texts. */
  public int samples() {
    return fields == 0 ? 0 : texts / fields;
  }

  /** The bytes of all texts, UTF-8. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text of a field of a sample begins in {@link #bytes}. */
  public int from(int sample, int field) {
    int text = sample * fields + field;
    return text == 0 ? 0 : ends[text - 1];
  }

  /** Where the text of a field of a sample ends. */
  public int to(int sample, int field) {
    return ends[sample * fields + field];
  }

  /** The text of a field of a sample. */
  public String text(int sample, int field) {
    int from = from(sample, field);
    return new String(bytes, from, to(sample, field) - from, UTF_8);
  }
}
