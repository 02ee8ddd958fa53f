package dev.farsight.engine.sharding;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A {@link ShardingPlan} in a file, as a run leaves it. */
public final class PlanFile {

  /** Its name in the directory of a run. */
  public static final String NAME = "sharding.json";

  private PlanFile() {}

  /** Writes a plan for several devices. A reader sees the whole file or none. */
  public static void write(Path folder, ShardingPlan plan) {
    Path file = folder.resolve(NAME);
    Path partial = folder.resolve(NAME + ".partial");
    var options = ConfigRenderOptions.concise().setFormatted(true);
    try {
      String json = ConfigFactory.parseMap(plan.json()).root().render(options);
      Files.writeString(partial, json + "\n");
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /**
   * Reads a plan.
   *
   * @param path the file, or the directory of the run that left it
   * @throws ConfigException if there is none
   * @throws FarsightException if it is damaged
   */
  public static ShardingPlan read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          file
              + ": there is no such plan; name the "
              + NAME
              + " that a run of several devices left");
    }
    try {
      return JsonFile.parse(file, JsonFile.bytes(file), ShardingPlan::of);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
