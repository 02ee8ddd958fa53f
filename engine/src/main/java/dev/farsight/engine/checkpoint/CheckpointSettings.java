package dev.farsight.engine.checkpoint;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.process.Processes;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When and where checkpoints are written: the section {@code checkpoint}.
 *
 * @param everySteps steps from one checkpoint to the next; 0: by time
 * @param everyNanos nanoseconds from one checkpoint to the next; 0: by steps. If both are 0, there
 *     are none by interval
 * @param ofBest whether a checkpoint is taken after each evaluation that is the best so far
 * @param keep how many of the latest checkpoints to keep
 * @param deltas whether checkpoints also have files for followers of the run, see {@link Deltas}
 * @param directory the folder of this process's checkpoints
 * @param ofRun the folder of the run's checkpoints, which is that of process 0
 * @param runDirectory the folder with the run's files
 */
public record CheckpointSettings(
    long everySteps,
    long everyNanos,
    boolean ofBest,
    int keep,
    boolean deltas,
    Path directory,
    Path ofRun,
    Path runDirectory) {

  private static final Pattern EVERY = Pattern.compile("(\\d{1,18})\\s*([a-z]+)");
  private static final int MAX_KEPT = 1000;

  /** Of a run of one process. */
  public CheckpointSettings(
      long everySteps,
      long everyNanos,
      boolean ofBest,
      int keep,
      boolean deltas,
      Path directory,
      Path runDirectory) {
    this(everySteps, everyNanos, ofBest, keep, deltas, directory, directory, runDirectory);
  }

  /** The same of one of several processes, each of which has the folders of all on its own disk. */
  public CheckpointSettings onOwnDisk(Processes processes) {
    Path run = directory;
    Path own = CheckpointGroup.directory(run, processes.number());
    return new CheckpointSettings(
        everySteps, everyNanos, ofBest, keep, deltas, own, run, runDirectory);
  }

  /** The same of one of several processes. All call this. */
  public CheckpointSettings of(Processes processes) {
    if (processes.isAlone()) {
      return this;
    }
    Path run = Path.of(processes.ofFirst(directory.toAbsolutePath().normalize().toString()));
    Path own = CheckpointGroup.directory(run, processes.number());
    return new CheckpointSettings(
        everySteps, everyNanos, ofBest, keep, deltas, own, run, runDirectory);
  }

  /**
   * @param runDirectory if {@code checkpoint.directory} is not set, its subfolder {@code
   *     checkpoints} is used
   */
  public static CheckpointSettings of(Settings farsight, Path runDirectory) {
    Settings section = farsight.section("checkpoint");
    Path directory = section.optionalPath("directory").orElse(runDirectory.resolve("checkpoints"));
    int keep = section.integer("keep", 1, MAX_KEPT);
    boolean ofBest = farsight.section("train").section("early-stopping").bool("restore-best");
    boolean deltas = section.bool("deltas");
    long number = 0;
    String unit = "steps";
    if (section.has("every")) {
      Matcher every = EVERY.matcher(section.string("every").trim());
      number = every.matches() ? Long.parseLong(every.group(1)) : 0;
      if (number == 0) {
        throw bad(section);
      }
      unit = every.group(2);
    }
    long nanos =
        switch (unit) {
          case "step", "steps" -> 0;
          case "s", "second", "seconds" -> TimeUnit.SECONDS.toNanos(number);
          case "min", "minute", "minutes" -> TimeUnit.MINUTES.toNanos(number);
          case "h", "hour", "hours" -> TimeUnit.HOURS.toNanos(number);
          default -> throw bad(section);
        };
    return new CheckpointSettings(
        nanos == 0 ? number : 0, nanos, ofBest, keep, deltas, directory, runDirectory);
  }

  private static RuntimeException bad(Settings section) {
    return section.bad(
        "every",
        "is neither a number of steps nor a time; write it with a unit: steps, s, min or h, such as \"1000 steps\" or \"10 min\"");
  }

  /** No checkpoints. */
  public static CheckpointSettings none() {
    return new CheckpointSettings(0, 0, false, 1, false, Path.of("checkpoints"), Path.of(""));
  }

  /** Whether there is a checkpoint in the folder, whole or damaged. */
  public boolean hasCheckpoint() {
    return !new CheckpointDirectory(directory).steps().isEmpty();
  }

  /** The step of the last checkpoint in the folder, whole or damaged. */
  public OptionalLong lastStep() {
    List<Long> steps = new CheckpointDirectory(directory).steps();
    return steps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(steps.get(steps.size() - 1));
  }

  /** Whether checkpoints are written at all. */
  public boolean enabled() {
    return everySteps > 0 || everyNanos > 0 || ofBest;
  }
}
