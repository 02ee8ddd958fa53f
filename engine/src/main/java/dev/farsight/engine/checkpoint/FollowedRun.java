package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The checkpoints of a run with {@code checkpoint.deltas}, as the versions of a model. Reading is
 * safe while the run trains, writes checkpoints and deletes old ones, in this process or another;
 * it takes no lock and never touches the run's store.
 *
 * <p>A follower polls, and brings its rows from one version to the next:
 *
 * <pre>{@code
 * var run = new FollowedRun(Path.of("runs/a/checkpoints"));
 * RunVersion have = null;
 * while (following) {
 *   OptionalLong newest = run.newestStep();                    // cheap: lists a folder
 *   if (newest.isEmpty() || (have != null && newest.getAsLong() == have.step())) {
 *     wait;
 *     continue;
 *   }
 *   try {
 *     RunVersion next = run.newest().orElseThrow();
 *     if (have != null && next.obstacle(have).isEmpty()) {
 *       next.check(have);                                      // only if rows change in place
 *       next.advance(have, (table, index, weights) -> ...);    // rows that changed
 *     } else {
 *       // all rows have the values of next.initial(), then:
 *       next.load((table, index, weights) -> ...);
 *     }
 *     have = next;                                             // with next.dense(), next.facts()
 *   } catch (VersionGoneException e) {
 *     // The run deleted files meanwhile: list again.
 *   }
 * }
 * }</pre>
 *
 * <p>Steps number the versions. They grow, unless the run was resumed from an earlier checkpoint;
 * {@link RunVersion#obstacle} finds that out. After an exception from {@code advance} or {@code
 * load}, some rows may have been given: drop the copy that they were written to. Other {@link
 * FarsightException}s tell of damage, in one line; the version that a follower has stays good.
 *
 * <p>Thread-safe.
 */
public final class FollowedRun {

  private final CheckpointDirectory directory;

  /**
   * @param checkpoints the folder of the run's checkpoints, which need not exist yet
   */
  public FollowedRun(Path checkpoints) {
    directory = new CheckpointDirectory(checkpoints.toAbsolutePath().normalize());
  }

  /** The steps of all versions, ascending. Lists a folder; reads no file. */
  public List<Long> steps() {
    return directory.steps();
  }

  /** The step of the newest version; empty if there is none yet. */
  public OptionalLong newestStep() {
    List<Long> steps = directory.steps();
    return steps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(steps.get(steps.size() - 1));
  }

  /**
   * The newest version; empty if there is none yet.
   *
   * @throws FarsightException if it is damaged, or has no deltas
   */
  public Optional<RunVersion> newest() {
    for (OptionalLong step = newestStep(); step.isPresent(); step = newestStep()) {
      try {
        return Optional.of(version(step.getAsLong()));
      } catch (VersionGoneException e) {
        // There is a newer one, or the run was resumed from an earlier one.
      }
    }
    return Optional.empty();
  }

  /**
   * A version. Reads its description and its dense parameters.
   *
   * @throws VersionGoneException if there is none of this step, or no longer
   * @throws FarsightException if it is damaged, or has no deltas
   */
  public RunVersion version(long step) {
    return RunVersion.open(directory, step);
  }
}
