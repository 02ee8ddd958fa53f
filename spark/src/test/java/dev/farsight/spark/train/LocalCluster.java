package dev.farsight.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;

/** A Spark whose executors are processes of this machine. */
public final class LocalCluster {

  private LocalCluster() {}

  /**
   * @param executors each with one core
   */
  public static SparkSession session(int executors) {
    return session(executors, 1, Map.of());
  }

  /**
   * @param cores of each executor
   * @param more settings of Spark
   */
  static SparkSession session(int executors, int cores, Map<String, String> more) {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    var builder =
        SparkSession.builder()
            .appName("farsight tests")
            .master("local-cluster[" + executors + "," + cores + ",1024]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", options())
            .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
            .config("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "3")
            .config("spark.task.reaper.enabled", "true");
    more.forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    // The driver is listed, too.
    while (session.sparkContext().statusTracker().getExecutorInfos().length <= executors) {
      LockSupport.parkNanos(10_000_000);
    }
    return session;
  }

  /** The processes of the executors. Their command lines are too long for {@link ProcessHandle}. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current().descendants().filter(LocalCluster::isExecutor).toList();
  }

  static void signal(String name, ProcessHandle executor) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + executor.pid()).start().waitFor();
  }

  private static boolean isExecutor(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  static String options() {
    try {
      // A local cluster wants a folder of jars, though the class path has them all.
      Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return System.getProperty("spark.opens")
        + " --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED"
        + " -XX:MaxDirectMemorySize=4g -Dorg.bytedeco.javacpp.maxbytes=0"
        + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -XX:TieredStopAtLevel=1";
  }
}
