package dev.farsight.engine.checkpoint;

import dev.farsight.api.collective.Collective;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.remote.RemoteRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

  private final Optional<RemoteRun> remote;

  /**
   * @param commits whose ranks are the processes; not owned; null if there is one process
   * @param remote where checkpoints are brought to; empty if the folders of all are on one file
   *     system
   */
  public CheckpointGroup(Processes processes, Collective commits, Optional<RemoteRun> remote) {
    this.processes = processes;
    this.commits = commits;
    this.remote = remote;
  }

  /** Of a run of one process. */
  public static CheckpointGroup one() {
    return new CheckpointGroup(Processes.one(), null, Optional.empty());
  }

  /** Where checkpoints are brought to; empty if the folders of all are on one file system. */
  Optional<RemoteRun> remote() {
    return remote;
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
  public static Path directory(Path run, int process) {
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
    if (isFirst()) {
      publish(() -> {}, own);
    } else {
      publish(own, () -> {});
    }
  }

  /**
   * Publishes a checkpoint, so that all parts are there or none is.
   *
   * @param part what each process does
   * @param whole what process 0 does once all have; the others wait for it
   */
  void publish(Runnable part, Runnable whole) {
    try {
      part.run();
      barrier();
      if (isFirst()) {
        whole.run();
      }
      barrier();
    } catch (RuntimeException | Error e) {
      failed(e);
      throw e;
    }
  }

  private void barrier() {
    if (commits != null) {
      commits.barrier();
    }
  }

  /** This process cannot write its part: the others must not wait for it. */
  void failed(Throwable reason) {
    if (commits != null) {
      commits.abort("the checkpoint failed: " + reason.getMessage());
    }
  }
}
