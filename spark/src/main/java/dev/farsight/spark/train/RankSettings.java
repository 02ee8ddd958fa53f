package dev.farsight.spark.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What every task of a run is sent.
 *
 * @param configuration the user's part of it, as HOCON
 * @param overrides over it, the same for all processes
 * @param directory of the run, which all executors have mounted
 * @param secret by which the processes of this run know each other
 */
record RankSettings(
    String configuration, List<String> overrides, int processes, String directory, String secret)
    implements Serializable {

  RankSettings {
    overrides = new ArrayList<>(overrides); // Spark's closure needs one that is serializable
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "RankSettings[" + processes + " processes, " + directory + "]";
  }
}
