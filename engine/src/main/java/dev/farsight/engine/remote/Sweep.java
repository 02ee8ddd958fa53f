package dev.farsight.engine.remote;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what no run needs any more: old checkpoints, and files that none of the others has, among
 * them what attempts that have ended had brought for a checkpoint that never was. First a
 * checkpoint goes, then its files. Nothing of a later attempt goes.
 *
 * <p>No process may be bringing files of its attempt meanwhile. Memory: the names of the files of
 * the kept checkpoints.
 */
final class Sweep {

  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final Store store;
  private final Commits commits;
  private final Attempt attempt;

  /** What the files of checkpoints are called, by the checkpoint's name. */
  private final Map<String, Listing> known = new HashMap<>();

  Sweep(Store store, Attempt attempt) {
    this.store = store;
    commits = new Commits(store);
    this.attempt = attempt;
  }

  /**
   * @param pinned of a checkpoint that stays as long as this one
   */
  private record Listing(Set<String> files, String pinned) {}

  /**
   * If something cannot be read or deleted now, it stays until later.
   *
   * @param keep so many of the newest checkpoints stay, and what the newest one has pinned
   */
  void run(int keep) {
    try {
      delete(keep);
    } catch (IOException e) {
      LOG.warn("{}: old checkpoints stay for now: {}", store.address(), e.toString());
    }
  }

  private void delete(int keep) throws IOException {
    List<String> listed = commits.newestFirst();
    // After the listing: an attempt that begins later finds the newest of these, which stays.
    attempt.requireLast(store);
    Set<String> kept = kept(listed, keep);
    for (String name : listed) {
      if (!kept.contains(name) && attempt.mayDelete(Commits.attempt(name))) {
        commits.delete(name);
      }
    }
    known.keySet().retainAll(kept);
    Set<String> needed = new HashSet<>();
    for (Listing listing : known.values()) {
      needed.addAll(listing.files());
    }
    for (String name : store.names(RemoteRun.FILES)) {
      if (!needed.contains(RemoteRun.FILES + "/" + name)
          && attempt.mayDelete(name.substring(0, name.indexOf('/')))) {
        store.delete(RemoteRun.FILES + "/" + name);
      }
    }
    attempt.deleteEarlier(store);
  }

  private Set<String> kept(List<String> newestFirst, int keep) throws IOException {
    Set<String> kept = new HashSet<>();
    String pinned = "";
    for (String name : newestFirst) {
      Optional<Listing> listing = kept.size() < keep ? listing(name) : Optional.empty();
      if (listing.isPresent()) {
        pinned = kept.isEmpty() ? listing.get().pinned() : pinned;
        kept.add(name);
      }
    }
    if (newestFirst.contains(pinned) && listing(pinned).isPresent()) {
      kept.add(pinned);
    }
    return kept;
  }

  /** Empty if it is damaged: nobody can continue from it. */
  private Optional<Listing> listing(String name) throws IOException {
    Listing before = known.get(name);
    if (before != null) {
      return Optional.of(before);
    }
    try {
      RemoteCommit commit = commits.read(name);
      Set<String> files = new HashSet<>();
      for (int process = 0; process < commit.processes(); process++) {
        files.add(commit.parts().get(process).name());
        commits.part(commit, process).files().forEach(file -> files.add(file.name()));
      }
      var listing = new Listing(files, commit.pinned());
      known.put(name, listing);
      return Optional.of(listing);
    } catch (FarsightException e) {
      LOG.warn("{}: is deleted, it is damaged: {}", commits.address(name), e.getMessage());
      return Optional.empty();
    }
  }
}
