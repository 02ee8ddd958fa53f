package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import java.nio.file.Path;

/**
 * A checkpoint whose folder has the name of another step. It is not damaged, but under this name it
 * would be replaced when training gets to that step.
 */
final class RenamedCheckpointException extends FarsightException {

  private static final long serialVersionUID = 1L;

  RenamedCheckpointException(Path path, long step) {
    super(
        "%s: contains the checkpoint of step %d: the folder was renamed; give it back its name %s"
            .formatted(path, step, CheckpointDirectory.nameOf(step)));
  }
}
