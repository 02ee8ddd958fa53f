package dev.farsight.api.model;

/**
 * A value on the {@link Tape}: for each sample {@code features} vectors of {@code width} floats.
 * Plain activations have one feature; an embedding bag has those of the schema.
 *
 * @param id position on the tape of the op that computes the value
 * @param features vectors per sample
 * @param width floats per vector
 */
public record Tensor(int id, int features, int width) {

  /** Floats per sample. */
  public int size() {
    return features * width;
  }
}
