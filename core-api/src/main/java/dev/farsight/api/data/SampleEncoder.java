package dev.farsight.api.data;

import java.util.List;

/**
 * Makes samples for a model from raw values, as they are written in the data: does with them what
 * the source does with its records. Hashes, vocabularies, transforms, bags and missing values come
 * out to the same bits.
 *
 * <pre>
 * encoder.begin(batch);
 * encoder.set("price", "12.50");
 * encoder.set("user", "anna");
 * encoder.add("genres", "drama");
 * encoder.add("genres", "war");
 * encoder.endSample();
 * ...
 * encoder.end();
 * </pre>
 *
 * <p>One thread at a time. Allocates nothing a sample once it has grown to the longest one, except
 * for text that is not ASCII.
 */
public interface SampleEncoder {

  /** The names of the fields that are read. */
  List<String> fieldNames();

  /** Begins to fill a batch, whose schema is that of the model, with or without labels. */
  void begin(Batch batch);

  /**
   * Sets a field of the current sample, to a text as it is in the data: a bag with its separators,
   * if the data has any. A field that is not set is missing, as is an empty text. A name that no
   * column has is passed over; {@link #fieldNames} tells.
   */
  void set(String field, String text);

  /**
   * Adds a value to a field that is a list: a bag, or the weights of a bag. In any other field, a
   * second value makes the sample malformed.
   */
  void add(String field, String text);

  /**
   * Ends the current sample and begins the next one.
   *
   * @throws dev.farsight.api.FarsightException if a value is malformed, or if the batch is full;
   *     the message names the field. The sample is left out then
   */
  void endSample();

  /** Ends the batch: sets {@link Batch#samples()}. */
  void end();
}
