package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells of data that is no longer where a run that is to go on has read it. */
final class MovedData {

  private MovedData() {}

  /**
   * @param recorded the section {@code farsight} of a checkpoint
   * @param given what is set over it
   * @param checkpoints the folder of the checkpoint, for the message
   * @throws ConfigException if a file or folder to read is not there; what a glob matches is the
   *     source's to find
   */
  static void require(Config recorded, FarsightConfig given, Path checkpoints) {
    Settings data = Settings.of("farsight", recorded).section("data");
    for (String key : List.of("path", "eval-path")) {
      if (data.has(key) && !given.sets("data." + key)) {
        data.strings(key).forEach(path -> require(path, "data." + key, checkpoints));
      }
    }
  }

  private static void require(String path, String key, Path checkpoints) {
    boolean glob = path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    if (!glob && !Files.exists(Path.of(path))) {
      throw new ConfigException(
          "%s: the run read %s, which is not there%s; if the data was moved, say where it is: --set %s=PATH"
              .formatted(
                  checkpoints, path, Path.of(path).isAbsolute() ? "" : " from this folder", key));
    }
  }
}
