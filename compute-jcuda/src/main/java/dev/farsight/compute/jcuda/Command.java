package dev.farsight.compute.jcuda;

/** A piece of a step that can be given to a stream, or captured from it. */
interface Command {

  /** What it does, for time lines. */
  String name();

  Stage stage();

  /**
   * @param input device address of the batch's {@code Input}
   */
  void enqueue(Stream stream, long input);
}
