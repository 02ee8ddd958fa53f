package dev.farsight.engine.checkpoint;

import dev.farsight.api.collective.Collective;
import dev.farsight.engine.process.Processes;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes that write the checkpoints of a run. Each has a directory of its own, with the rows
 * of its ranks: process 0 that of the run, the others {@code processes/NUMBER} in it. A checkpoint
 * is there once process 0 has published its part, which it does when all others have; and no
 * process deletes an older one before.
 */
public final class CheckpointGroup {

  private static final String FOLDER = "processes";

  private final Processes processes;

  /** Used by the threads that write checkpoints; null if there is one process. */
  private final Collective commits;

  /**
   * @param commits whose ranks are the processes; not owned
   */
  public CheckpointGroup(Processes processes, Collective commits) {
    this.processes = processes;
    this.commits = commits;
  }

  /** Of a run of one process. */
  public static CheckpointGroup one() {
    return new CheckpointGroup(Processes.one(), null);
  }

  int number() {
    return processes.number();
  }

  int count() {
    return processes.count();
  }

  boolean isFirst() {
    return processes.isFirst();
  }

  /**
   * The directory of a process.
   *
   * @param run that of the run
   */
  static Path directory(Path run, int process) {
    return process == 0 ? run : run.resolve(FOLDER).resolve(String.valueOf(process));
  }

  /** See {@link Processes#ofFirst}. For the thread that opens the run. */
  String ofFirst(String text) {
    return processes.ofFirst(text);
  }

  /** See {@link Processes#gather}. For the thread that opens the run. */
  List<String> gather(String text) {
    return processes.gather(text);
  }

  /** Publishes this process's part of a checkpoint, so that all are there or none is. */
  void publish(Runnable own) {
    if (commits == null) {
      own.run();
      return;
    }
    try {
      if (!isFirst()) {
        own.run();
      }
      commits.barrier();
      if (isFirst()) {
        own.run();
      }
      commits.barrier();
    } catch (RuntimeException | Error e) {
      failed(e);
      throw e;
    }
  }

  /** This process cannot write its part: the others must not wait for it. */
  void failed(Throwable reason) {
    if (commits != null) {
      commits.abort("the checkpoint failed: " + reason.getMessage());
    }
  }
}
