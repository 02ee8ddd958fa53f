package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * A share of the parameters that one worker updates once the gradients of all samples are there. No
 * two share a parameter. Allocates nothing.
 */
interface Update {

  void run(StepInput input, Scratch scratch);

  /** Work in some unit, so that the greatest start first; the same every step. */
  long cost();
}
