package dev.farsight.api.model;

/** A model, which records itself on a tape once. A new model is a new tape of the same ops. */
@FunctionalInterface
public interface Model {

  /**
   * Records the model and returns its logits: [B][1], with B the number of samples of the batch.
   */
  Tensor logits(Tape tape);
}
