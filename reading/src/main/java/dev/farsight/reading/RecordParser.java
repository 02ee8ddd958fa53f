package dev.farsight.reading;

/**
 * Cuts a record into fields. Each thread has a parser of its own, so it may keep buffers; which
 * parser gets which record is left open, so a record must mean the same to all of them.
 */
@FunctionalInterface
public interface RecordParser {

  /**
   * Hands over the fields of the record at [from, to). It has at least one byte, and no line end
   * behind it. A parser may overwrite these bytes, but no others.
   *
   * @throws BadRowException if the record is malformed
   */
  void parse(byte[] bytes, int from, int to, Fields into);
}
