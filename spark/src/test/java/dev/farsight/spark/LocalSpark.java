package dev.farsight.spark;

import org.apache.spark.sql.SparkSession;

/** A Spark of two threads in the JVM of the test, without pages and without a network. */
public final class LocalSpark {

  private LocalSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .appName("farsight tests")
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "3")
        .getOrCreate();
  }
}
