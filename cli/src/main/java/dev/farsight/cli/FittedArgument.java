package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.datasets.npy.PreparedManifest;
import dev.farsight.datasets.prepare.FileSums;
import dev.farsight.engine.model.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The argument {@code --fitted}: prepared data, a model, or a run that saved one. */
final class FittedArgument {

  private static final String MODEL_FILE = "model.json";

  private FittedArgument() {}

  /**
   * The folder within it that tells what its data was found to be like.
   *
   * @throws ConfigException if there is none
   * @throws FarsightException if it is damaged
   */
  static Path folder(Path argument) {
    if (PreparedManifest.isIn(argument)) {
      return ofPrepared(argument);
    }
    for (Path model : new Path[] {argument, argument.resolve("model")}) {
      if (Files.isRegularFile(model.resolve(MODEL_FILE))) {
        return new SavedModel(model).fitted().orElseThrow(() -> nothing(argument));
      }
    }
    throw new ConfigException(
        "--fitted: "
            + argument
            + ": is neither prepared data nor a model: it has neither "
            + PreparedManifest.FILE
            + " nor "
            + MODEL_FILE);
  }

  private static Path ofPrepared(Path data) {
    var sums = PreparedManifest.read(data).fitted();
    if (sums.isEmpty()) {
      throw nothing(data);
    }
    Path folder = data.resolve(PreparedManifest.FITTED);
    try {
      if (!FileSums.ofFolder(folder).equals(sums)) {
        throw new FarsightException(
            folder + ": is damaged: its files are not those of " + PreparedManifest.FILE);
      }
      return folder;
    } catch (IOException e) {
      throw DurableFiles.unreadable(folder, e);
    }
  }

  private static ConfigException nothing(Path argument) {
    return new ConfigException(
        "--fitted: " + argument + ": nothing was found out from its data; leave the option out");
  }
}
