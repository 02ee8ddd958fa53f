package dev.farsight.api.model;

/**
 * A value on the {@link Tape}: for each sample {@code features} vectors of {@code width} floats.
 * Plain activations have one feature; an embedding bag has one per table.
 *
 * @param id position of the op that makes it on the tape
 */
public record Tensor(int id, int features, int width) {

  /** Floats a sample. */
  public int size() {
    return features * width;
  }
}
