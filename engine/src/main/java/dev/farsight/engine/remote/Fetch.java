package dev.farsight.engine.remote;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Copies checkpoints from the store to the folders in which a process looks for them. Each file is
 * checked on the way.
 *
 * @param folders of checkpoints, by process: all of them on this process's disk
 * @param metrics where this process continues its lines of metrics
 * @param process this one
 */
record Fetch(Commits commits, IntFunction<Path> folders, Path metrics, int process) {

  /**
   * What a process needs to continue: its part, or if there were more or fewer processes, all.
   *
   * @return what is wrong with it; empty if all is there
   */
  Optional<String> newest(String name, int processes) {
    return trying(
        name,
        () -> {
          RemoteCommit commit = commits.read(name);
          if (commit.processes() == processes) {
            part(commit, process, false);
          } else {
            all(commit);
          }
        });
  }

  /** Adds an older checkpoint, of which files may be there already. As {@link #newest}. */
  Optional<String> pinned(String name, int processes) {
    return trying(
        name,
        () -> {
          RemoteCommit commit = commits.read(name);
          for (int other = 0; other < commit.processes(); other++) {
            if (commit.processes() != processes || other == process) {
              part(commit, other, true);
            }
          }
        });
  }

  void all(RemoteCommit commit) throws IOException {
    for (int other = 0; other < commit.processes(); other++) {
      part(commit, other, false);
    }
  }

  /**
   * @param keeps whether files that are there stay as they are
   */
  private void part(RemoteCommit commit, int other, boolean keeps) throws IOException {
    List<RemoteFile> files = commits.part(commit, other).files();
    Set<Path> there =
        files.stream()
            .map(file -> place(file, other))
            .filter(file -> keeps && Files.exists(file))
            .collect(Collectors.toSet());
    for (RemoteFile file : files) {
      Path place = place(file, other);
      boolean foreign = file.path().equals(LocalFile.METRICS) && other != process;
      if (!foreign && !there.contains(place)) {
        commits.store().fetch(file, place);
      }
    }
  }

  private Path place(RemoteFile file, int other) {
    return file.path().equals(LocalFile.METRICS)
        ? metrics
        : folders.apply(other).resolve(file.path());
  }

  /** Deletes all that was fetched. */
  void discard() {
    delete(folders.apply(0));
    delete(metrics);
  }

  /** Deletes what was fetched of a checkpoint that cannot be used. */
  void discardPinned(String name, int processes) {
    for (int other = 0; other < processes; other++) {
      delete(
          folders
              .apply(other)
              .resolve(String.format(Locale.ROOT, "step-%012d", Commits.step(name))));
    }
  }

  private static void delete(Path path) {
    try {
      DurableFiles.delete(path);
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  private interface Fetching {
    void run() throws IOException;
  }

  private Optional<String> trying(String name, Fetching fetching) {
    try {
      fetching.run();
      return Optional.empty();
    } catch (FarsightException e) {
      return Optional.of(e.getMessage());
    } catch (IOException e) {
      return Optional.of(commits.address(name) + ": cannot be fetched: " + e);
    }
  }
}
