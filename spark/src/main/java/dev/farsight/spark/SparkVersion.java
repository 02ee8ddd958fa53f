package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * The version of Spark that this is compiled for, and the one that runs. Others fail somewhere in
 * the middle, with errors of linkage that name no version. Asks only for files, so that it works
 * with any version.
 */
public final class SparkVersion {

  private static final String VERSION = "version";

  private SparkVersion() {}

  /**
   * @throws ConfigException if another version of Spark or Scala runs
   */
  public static void require() {
    Properties built = properties("/dev/farsight/spark/spark.properties");
    complaint(
            built.getProperty("spark"),
            built.getProperty("scala"),
            properties("/spark-version-info.properties").getProperty(VERSION, "unknown"),
            properties("/library.properties").getProperty(VERSION + ".number", "unknown"))
        .ifPresent(
            text -> {
              throw new ConfigException(text);
            });
  }

  static Optional<String> complaint(
      String builtSpark, String builtScala, String spark, String scala) {
    if (minor(spark).equals(minor(builtSpark)) && minor(scala).equals(builtScala)) {
      return Optional.empty();
    }
    return Optional.of(
        "Spark %s with Scala %s runs here, and this farsight-spark is built for Spark %s with Scala %s: use that, or build farsight-spark with -Dspark.version=VERSION; 4.1, 4.2 and, without Parquet, 3.5 work, all with Scala 2.13"
            .formatted(spark, scala, minor(builtSpark), builtScala));
  }

  /** Major and minor version. */
  private static String minor(String version) {
    String[] parts = version.split("[.-]", 3);
    return parts.length < 2 ? version : parts[0] + "." + parts[1];
  }

  private static Properties properties(String file) {
    var properties = new Properties();
    try (InputStream in =
        Objects.requireNonNullElse(
            SparkVersion.class.getResourceAsStream(file), InputStream.nullInputStream())) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
