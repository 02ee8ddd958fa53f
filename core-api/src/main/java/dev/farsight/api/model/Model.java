package dev.farsight.api.model;

/** A model: records itself once. A new model is a new tape of the same ops. */
@FunctionalInterface
public interface Model {

  /** Records the model and returns its logits, [B][1]. */
  Tensor logits(Tape tape);
}
