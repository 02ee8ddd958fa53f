package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Report;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of a run, given to a command where it needs the model or the checkpoints in it. A path
 * that is no such folder is taken as it is.
 */
final class RunFolder {

  private static final String MODEL_FILE = "model.json";
  private static final String CHECKPOINT_DIRECTORY = "config.checkpoint.directory";

  private final Path path;

  RunFolder(Path path) {
    this.path = path;
  }

  /**
   * The model of the run.
   *
   * @throws ConfigException if the run has left none
   */
  Path model() {
    return savedModel()
        .orElseThrow(
            () ->
                new ConfigException(
                    path
                        + ": the run has left no model: it ended before it saved one, or had model.save = false; "
                        + checkpointsIfAny()
                            .map(
                                folder ->
                                    "continue it (farsight train --resume %s), or export its last checkpoint and evaluate that (farsight export %s OUT)"
                                        .formatted(path, folder))
                            .orElse("train it again")));
  }

  /**
   * The model of the run or, if it has left none, its checkpoints.
   *
   * @throws ConfigException if the run has left neither
   */
  Path modelOrCheckpoints() {
    return savedModel()
        .or(this::checkpointsIfAny)
        .orElseThrow(
            () ->
                new ConfigException(
                    path + ": the run has left neither a model nor checkpoints; train it again"));
  }

  /**
   * The checkpoints of a run that is followed. It may not have begun, so nothing has to be there.
   *
   * @throws ConfigException if it is no folder, or one checkpoint or a model
   */
  Path followed() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new ConfigException(path + ": is no folder of a run");
    }
    if (holdsModel(path) || Files.exists(path.resolve("checkpoint.json"))) {
      throw new ConfigException(
          path + ": never changes; name the run to follow it, or serve it with --model");
    }
    boolean isCheckpoints =
        holdsCheckpoint(path) || (!isRun() && path.endsWith(Path.of("checkpoints")));
    return isCheckpoints
        ? path
        : checkpointsElsewhere().orElseGet(() -> path.resolve("checkpoints"));
  }

  /**
   * The checkpoints of the run.
   *
   * @param purpose what they are needed for, as in {@code to resume from}
   * @throws ConfigException if the run has taken none
   */
  Path checkpoints(String purpose) {
    return checkpointsIfAny()
        .orElseThrow(
            () ->
                new ConfigException(
                    "%s: the run has taken no checkpoint %s; train with checkpoint.every set, such as --set \"checkpoint.every=10 min\""
                        .formatted(path, purpose)));
  }

  private Optional<Path> savedModel() {
    Path inRun = path.resolve("model");
    return holdsModel(path) || !isRun()
        ? Optional.of(path)
        : Optional.of(inRun).filter(RunFolder::holdsModel);
  }

  /** Whether a path is the folder of a run or of a model. */
  static boolean isRunOrModel(Path path) {
    return holdsModel(path) || new RunFolder(path).isRun();
  }

  private static boolean holdsModel(Path folder) {
    return Files.exists(folder.resolve(MODEL_FILE));
  }

  private Optional<Path> checkpointsIfAny() {
    return isRun()
        ? Optional.of(path.resolve("checkpoints"))
            .filter(RunFolder::holdsCheckpoint)
            .or(this::checkpointsElsewhere)
        : Optional.of(path);
  }

  private boolean isRun() {
    return Files.exists(path.resolve("run.log"))
        || Files.exists(path.resolve("report.json"))
        || holdsModel(path.resolve("model"))
        || holdsCheckpoint(path.resolve("checkpoints"));
  }

  private static boolean holdsCheckpoint(Path folder) {
    try (var found = Files.newDirectoryStream(folder, "step-*")) {
      return found.iterator().hasNext();
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  /** Those that the run wrote to another folder, as its report tells. */
  private Optional<Path> checkpointsElsewhere() {
    try {
      var report = Report.read(path.resolve("report.json")).json();
      return report.hasPath(CHECKPOINT_DIRECTORY)
          ? Optional.of(Path.of(report.getString(CHECKPOINT_DIRECTORY)))
              .filter(RunFolder::holdsCheckpoint)
          : Optional.empty();
    } catch (FarsightException e) {
      return Optional.empty();
    }
  }
}
