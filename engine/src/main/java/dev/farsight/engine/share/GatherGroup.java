package dev.farsight.engine.share;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.internal.Quoted;

/** What both sides do if they fail: they tell the others, who would wait for them otherwise. */
final class GatherGroup {

  private GatherGroup() {}

  /** Checks that the ranks of a group are the processes. */
  static void require(Collective group, RowProcesses processes) {
    if (group.ranks() != processes.count()) {
      throw new IllegalArgumentException(
          "a group of " + group.ranks() + " for " + processes.count() + " processes");
    }
  }

  /** Ends the group, unless the failure is that it has ended. Returns what to throw. */
  static RuntimeException failed(Collective group, Throwable failure) {
    if (!(failure instanceof CollectiveException)) {
      group.abort("rows for process 0: " + Quoted.line(reason(failure)));
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
