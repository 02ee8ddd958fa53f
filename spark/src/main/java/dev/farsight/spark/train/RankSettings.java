package dev.farsight.spark.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What every task of a run is sent.
 *
 * @param configuration the user's part of it, as HOCON
 * @param overrides over it, the same for all processes
 * @param directory of the run, which all executors have mounted; with a store, a folder on each
 *     executor's own disk
 * @param store the address of the run's store; null if it has none
 * @param hadoop with which the store is reached
 * @param secret by which the processes of this run know each other
 */
record RankSettings(
    String configuration,
    List<String> overrides,
    int processes,
    String directory,
    String store,
    SerializableConfiguration hadoop,
    String secret)
    implements Serializable {

  RankSettings {
    overrides = new ArrayList<>(overrides); // Spark's closure needs one that is serializable
  }

  HadoopFiles files() {
    return HadoopFiles.of(store, hadoop.value());
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "RankSettings[" + processes + " processes, " + directory + ", " + store + "]";
  }
}
