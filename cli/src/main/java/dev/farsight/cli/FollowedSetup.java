package dev.farsight.cli;

import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.predict.Predictor;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The plugins and the configuration of a run that is followed, once it has a checkpoint. */
final class FollowedSetup implements AutoCloseable {

  private final Path checkpoints;
  private final UnaryOperator<FarsightConfig> overrides;
  private final Environment environment;

  /** Null until a model was opened. */
  private Setup setup;

  /**
   * @param overrides what is set over the configuration that the run records
   */
  FollowedSetup(
      Path checkpoints, UnaryOperator<FarsightConfig> overrides, Environment environment) {
    this.checkpoints = checkpoints;
    this.overrides = overrides;
    this.environment = environment;
  }

  /** Opens the newest version of the run. May be called again if it fails. */
  synchronized Predictor open() {
    close();
    FarsightConfig recorded = Predictor.followedConfiguration(checkpoints);
    setup = Setup.of(overrides.apply(recorded), environment);
    return Predictor.follow(setup.farsight(), setup.components(), checkpoints);
  }

  @Override
  public synchronized void close() {
    if (setup != null) {
      setup.close();
      setup = null;
    }
  }
}
