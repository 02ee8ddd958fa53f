package dev.farsight.engine.remote;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process of an attempt does with the store: it fetches the checkpoint to continue from,
 * brings its part of each new one, and leaves what it has at the end. Process 0 also makes
 * checkpoints of the parts.
 *
 * <pre>
 * checkpoints/attempts/ATTEMPT              the attempts; the last one counts
 * checkpoints/commits/ATTEMPT/STEP.json     a checkpoint: the lists of the files of all processes
 * checkpoints/files/ATTEMPT/PROCESS/...     files, which never change
 * report.json, model/, metrics.jsonl, ...   what the run leaves
 * </pre>
 *
 * <p>Not safe for use by several threads at once: one opens the run, then another takes
 * checkpoints.
 */
public final class RemoteRun {

  static final String FILES = "checkpoints/files";

  private static final Logger LOG = LoggerFactory.getLogger(RemoteRun.class);

  private static final String NONE = "none";
  private static final String FINE = "";

  private final Store store;
  private final Commits commits;
  private final Processes processes;
  private final Attempt attempt;
  private final PartUpload upload;
  private final Fetch fetch;
  private final Sweep sweep;

  /** The names of the checkpoints that this process has, by step. */
  private final Map<Long, String> names = new HashMap<>();

  /** Of the checkpoint to continue from; null if there is none. */
  private RemoteCommit resumed;

  private RemoteRun(
      Store store,
      Processes processes,
      Attempt attempt,
      IntFunction<Path> folders,
      Path runDirectory) {
    this.store = store;
    this.processes = processes;
    this.attempt = attempt;
    commits = new Commits(store);
    upload = new PartUpload(store, folder(processes.number()));
    fetch =
        new Fetch(commits, folders, runDirectory.resolve(LocalFile.METRICS), processes.number());
    sweep = new Sweep(store, attempt);
  }

  /**
   * The step of the newest checkpoint in a store, which may be damaged; empty if there is none.
   *
   * @throws IOException if the store cannot be listed
   */
  public static OptionalLong lastStep(RemoteFiles files) throws IOException {
    return new Commits(new Store(files))
        .newestFirst().stream().mapToLong(Commits::step).findFirst();
  }

  /**
   * Begins an attempt. Called by all processes, each of which has no checkpoints on its disk. Those
   * that it needs of the newest checkpoint that all of them can fetch are there on return.
   *
   * @param folders where this process looks for the checkpoints of a process
   * @param runDirectory of this process
   * @throws FarsightException if the store cannot be written, or if there are checkpoints and none
   *     is whole
   */
  public static RemoteRun begin(
      RemoteFiles files, Processes processes, IntFunction<Path> folders, Path runDirectory) {
    var store = new Store(files);
    try {
      String name = processes.ofFirst(processes.isFirst() ? Attempt.begin(store).name() : "");
      var run = new RemoteRun(store, processes, new Attempt(name), folders, runDirectory);
      store.write(run.folder(processes.number()) + "/begun", new byte[] {'\n'});
      run.fetchNewest();
      return run;
    } catch (IOException e) {
      throw failed(store, e);
    }
  }

  private static FarsightException failed(Store store, IOException e) {
    return new FarsightException(
        store.address() + ": cannot be written or read: " + e + "; see farsight.run.store", e);
  }

  private String folder(int process) {
    return FILES + "/" + attempt.name() + "/" + process;
  }

  /** Whether there is a checkpoint to continue from. */
  public boolean resumes() {
    return resumed != null;
  }

  private void fetchNewest() throws IOException {
    List<String> listed = processes.isFirst() ? commits.newestFirst() : List.of();
    String damage = null;
    for (int n = 0; ; n++) {
      while (n < listed.size() && commits.isUnfinished(listed.get(n))) {
        LOG.info("{} was not written to its end", commits.address(listed.get(n)));
        n++;
      }
      String name = processes.ofFirst(n < listed.size() ? listed.get(n) : NONE);
      if (name.equals(NONE) && damage != null) {
        throw new FarsightException(damage);
      }
      if (name.equals(NONE)) {
        return;
      }
      String faults = faults(fetch.newest(name, processes.count()));
      if (faults.isEmpty()) {
        continueFrom(name, n == 0);
        return;
      }
      LOG.warn("{} cannot be used: {}", commits.address(name), faults);
      damage = damage == null ? faults : damage;
      fetch.discard();
    }
  }

  /** What is wrong at any process; empty if nothing is. */
  private String faults(Optional<String> own) {
    List<String> all = processes.gather(own.orElse(FINE));
    return IntStream.range(0, all.size())
        .filter(process -> !all.get(process).equals(FINE))
        .mapToObj(
            process -> (all.size() == 1 ? "" : "process " + process + ": ") + all.get(process))
        .collect(Collectors.joining("; "));
  }

  /**
   * @param newest whether it is the newest one that is listed. Only then files of it are taken
   *     over: an earlier attempt that still runs may be about to delete any other checkpoint
   */
  private void continueFrom(String name, boolean newest) throws IOException {
    resumed = commits.read(name);
    names.put(resumed.step(), name);
    if (newest && resumed.processes() == processes.count()) {
      upload.know(commits.part(resumed, processes.number()));
    }
    LOG.info("continuing from {}", commits.address(name));
    if (!resumed.pinned().isEmpty()) {
      fetchPinned(resumed.pinned());
    }
  }

  private void fetchPinned(String name) throws IOException {
    String faults = faults(fetch.pinned(name, processes.count()));
    if (faults.isEmpty()) {
      names.put(Commits.step(name), name);
    } else {
      LOG.warn("the best checkpoint cannot be fetched: {}", faults);
      fetch.discardPinned(name, Math.max(resumed.processes(), processes.count()));
    }
  }

  /**
   * Fetches the parts of all processes, if only this process's is there.
   *
   * @throws FarsightException if one is missing or damaged
   */
  public void fetchAll() {
    try {
      fetch.all(resumed);
    } catch (IOException e) {
      throw failed(store, e);
    }
  }

  /** Brings this process's part of a checkpoint. */
  public void upload(long step, List<LocalFile> files) {
    try {
      upload.upload(step, files);
    } catch (IOException e) {
      throw failed(store, e);
    }
  }

  /**
   * Makes a checkpoint of the parts of all processes, and deletes old ones. By process 0, while no
   * process brings files.
   *
   * @param pinnedStep step of a checkpoint that is kept besides the latest ones; -1 for none
   * @param keep how many of the latest are kept
   * @throws FarsightException if it cannot be written, or if another attempt has begun
   */
  public void commit(long step, long pinnedStep, int keep) {
    try {
      var parts = new ArrayList<RemoteFile>();
      for (int process = 0; process < processes.count(); process++) {
        String name = PartUpload.listName(folder(process), step);
        byte[] list = store.read(name);
        parts.add(RemoteFile.ofContent(name, list));
      }
      attempt.requireLast(store);
      String name = Commits.name(attempt, step);
      String pinned = pinnedStep == step ? name : names.getOrDefault(pinnedStep, "");
      commits.write(name, new RemoteCommit(step, pinned, parts));
      names.put(step, name);
      LOG.info("checkpoint of step {} is in {}", step, commits.address(name));
    } catch (IOException e) {
      throw failed(store, e);
    }
    sweep.run(keep);
  }

  /**
   * Leaves files of the run. One that tells that all are there comes last.
   *
   * @param files by what they are called in the store
   */
  public void leave(Map<String, Path> files) {
    try {
      attempt.requireLast(store);
      for (Map.Entry<String, Path> file : files.entrySet()) {
        store.write(file.getKey(), file.getValue(), file.getKey(), 0, Files.size(file.getValue()));
      }
    } catch (IOException e) {
      throw failed(store, e);
    }
  }
}
