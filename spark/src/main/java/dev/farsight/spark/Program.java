package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.io.PrintStream;

/** How the programs that {@code spark-submit} starts end. */
public final class Program {

  private Program() {}

  /**
   * Does the work of a program, on a version of Spark that is known to do.
   *
   * @param err gets one line if the work has failed
   * @return the exit status: 0, 2 if a setting or the version of Spark is wrong, or 1 if something
   *     else has failed
   */
  public static int run(PrintStream err, Runnable work) {
    try {
      SparkVersion.require();
      work.run();
      return 0;
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return 2;
    } catch (FarsightException e) {
      err.println(e.getMessage());
      return 1;
    }
  }
}
