package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.Optional;

/** How this process takes part in a run: alone, unless it overrides something. */
@FunctionalInterface
interface RunPart extends AutoCloseable {

  /** Opens the run in this process; if there are several, returns once all have opened it. */
  Trainer open(Config farsight, Components components, Path directory, RunListener listener);

  /** As {@link #open}, but continues from the run's last checkpoint. */
  default Trainer resume(
      Config farsight, Components components, Path directory, RunListener listener) {
    return Trainer.resume(farsight, components, directory, listener);
  }

  /** Whether the run goes on, as another process has decided; empty if none has. */
  default Optional<Boolean> resumes() {
    return Optional.empty();
  }

  /** The run directory of this process; empty if the configuration decides. */
  default Optional<Path> directory() {
    return Optional.empty();
  }

  /** Whether another process decides when a run ends that has not been opened yet. */
  default boolean follows() {
    return false;
  }

  /** The run has ended well in this process. */
  default void trained() {}

  /** The failure of a run, with what this process knows about it. */
  default FarsightException explained(FarsightException failure) {
    return failure;
  }

  /** Ends what was begun, and takes away its files: the run never started. */
  default void discard() {}

  /** Waits for the end of what was begun. */
  @Override
  default void close() {}
}
