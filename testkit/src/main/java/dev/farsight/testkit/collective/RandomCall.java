package dev.farsight.testkit.collective;

import dev.farsight.api.collective.Collective;

/** An operation with the values of all ranks, which knows what each rank must get. */
interface RandomCall {

  /**
   * Calls the operation, overwrites what was sent as soon as it returns, and compares what came.
   */
  void run(Collective end);
}
