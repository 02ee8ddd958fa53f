package dev.farsight.spark.ml;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;

/**
 * Where a fit writes its data and its run: a new folder in {@code workDir}. Without one, and if
 * there is but this JVM, it is a temporary folder, which goes with the session.
 */
final class WorkFolder {

  private WorkFolder() {}

  /**
   * @param uid of the estimator, for the folder's name
   * @throws ConfigException if the executors would not find it
   */
  static Path make(SparkContext spark, Optional<String> workDir, String uid) {
    Path parent = workDir.isPresent() ? named(workDir.get()) : temporary(spark);
    try {
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, uid + "-");
    } catch (IOException e) {
      throw new FarsightException(
          "workDir: " + parent + ": cannot be written to: " + IoReason.of(parent, e), e);
    }
  }

  private static Path named(String workDir) {
    if (workDir.contains("://")) {
      throw new ConfigException(
          "workDir: " + workDir + " is an address; name a folder that all executors have mounted");
    }
    return Path.of(workDir.startsWith("file:") ? workDir.substring(5) : workDir).toAbsolutePath();
  }

  private static Path temporary(SparkContext spark) {
    if (!spark.isLocal()) {
      throw new ConfigException(
          "workDir is not set, and the master is "
              + spark.master()
              + ": name a folder that driver and executors have mounted under the same name");
    }
    return Path.of(SparkFiles.getRootDirectory()).toAbsolutePath();
  }

  /** Deletes a folder and all that is in it, if it is there. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new FarsightException(folder + ": cannot be deleted: " + IoReason.of(folder, e), e);
    }
  }
}
