package dev.farsight.engine.predict;

import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The versions of a model that are loaded, and which of them scores. Changing the version is one
 * write; nobody waits. Thread-safe.
 */
final class LoadedVersions implements AutoCloseable {

  private final int kept;

  /** In the order in which they were loaded. */
  private final List<ModelVersion> versions = new ArrayList<>();

  /** Null once closed. */
  private volatile ModelVersion current;

  private boolean rolledBack;

  /**
   * @param kept how many versions are kept, the current one included
   */
  LoadedVersions(ModelVersion first, int kept) {
    this.kept = kept;
    versions.add(first);
    current = first;
  }

  ModelVersion current() {
    return requireOpen(current);
  }

  private static ModelVersion requireOpen(ModelVersion version) {
    if (version == null) {
      throw new IllegalStateException("the predictor is closed");
    }
    return version;
  }

  /** Begins a use of the current version. */
  ModelVersion acquire() {
    ModelVersion version;
    do {
      version = requireOpen(current);
    } while (!version.begin());
    return version;
  }

  /** Begins a use of a version; empty if it is not loaded. */
  synchronized Optional<ModelVersion> acquire(long number) {
    return find(number).filter(ModelVersion::begin);
  }

  private Optional<ModelVersion> find(long number) {
    return versions.stream().filter(version -> version.number() == number).findFirst();
  }

  /** The numbers of all versions, ascending. */
  synchronized List<Long> numbers() {
    return versions.stream().map(ModelVersion::number).sorted(Comparator.naturalOrder()).toList();
  }

  /** Adds a version, which scores from now on unless an older one was chosen. */
  synchronized void add(ModelVersion version) {
    if (current == null) {
      version.retire();
      return;
    }
    Optional<ModelVersion> same = find(version.number());
    versions.add(version);
    if (!rolledBack || same.filter(old -> old == current).isPresent()) {
      current = version;
    }
    // The run was resumed from an earlier step, and came to another state of this one.
    same.ifPresent(
        old -> {
          versions.remove(old);
          old.retire();
        });
    while (versions.size() > kept) {
      int oldest = versions.get(0) == current ? 1 : 0;
      versions.remove(oldest).retire();
    }
  }

  /**
   * Lets a version score. If it is not the newest one, later ones are loaded and do not score until
   * the newest one is chosen again.
   *
   * @throws FarsightException if the version is not loaded
   */
  synchronized void activate(long number) {
    ModelVersion version =
        find(number)
            .orElseThrow(
                () ->
                    new FarsightException(
                        "version " + number + " is not loaded; there are " + numbers()));
    current = version;
    rolledBack = version != versions.get(versions.size() - 1);
  }

  /**
   * Lets the newest version score, and later ones from then on.
   *
   * @return its number
   */
  synchronized long activateNewest() {
    requireOpen(current);
    current = versions.get(versions.size() - 1);
    rolledBack = false;
    return current.number();
  }

  /** What is loaded at this moment. */
  synchronized VersionList list() {
    return new VersionList(numbers(), current().number(), rolledBack);
  }

  /** Waits for nothing: versions are freed when their last uses have ended. */
  @Override
  public synchronized void close() {
    current = null;
    versions.forEach(ModelVersion::retire);
    versions.clear();
  }
}
