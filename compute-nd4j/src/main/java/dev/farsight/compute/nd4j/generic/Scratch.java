package dev.farsight.compute.nd4j.generic;

import java.util.UUID;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for the intermediate arrays of a call: an ND4J workspace that grows to what the largest
 * call so far needed and is used anew by each. Arrays made while it is open die when it is closed.
 */
final class Scratch implements AutoCloseable {

  private final MemoryWorkspace workspace =
      Nd4j.getWorkspaceManager()
          .createNewWorkspace(
              WorkspaceConfiguration.builder()
                  .policyAllocation(AllocationPolicy.STRICT)
                  .policyLearning(LearningPolicy.FIRST_LOOP)
                  .policySpill(SpillPolicy.REALLOCATE)
                  .policyReset(ResetPolicy.BLOCK_LEFT)
                  .build(),
              "farsight-" + UUID.randomUUID());

  /** Runs {@code body} with all arrays that it makes in this memory. */
  void run(Runnable body) {
    workspace.notifyScopeEntered();
    try {
      body.run();
    } finally {
      workspace.notifyScopeLeft();
    }
  }

  /** Bytes held at present. */
  long bytes() {
    return workspace.getCurrentSize();
  }

  @Override
  public void close() {
    workspace.destroyWorkspace(true);
  }
}
