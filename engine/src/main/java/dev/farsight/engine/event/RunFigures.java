package dev.farsight.engine.event;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What training has counted so far, for those who watch it.
 *
 * <p>Counts go on where those of the checkpoint end if the run was resumed, except {@link
 * #rowBound} and what belongs to it.
 *
 * @param step steps trained
 * @param samples samples trained
 * @param seconds wall time of training, without evaluations and checkpoints
 * @param stageSeconds seconds that each stage worked, by the names of the report, in the order of
 *     the pipeline. Stages overlap, and may be ahead of the last step
 * @param cache counters of the device's cache
 * @param tables counters of each table, in table order
 * @param devices what each device has done, by rank; at least one. A run that was resumed on
 *     another number of devices begins to count anew
 * @param rowBound what is known of the best that any cache could have done
 * @param memory what the run holds
 * @param gpu name of the GPU; empty on a CPU
 */
public record RunFigures(
    long step,
    long samples,
    double seconds,
    Map<String, Double> stageSeconds,
    Cache cache,
    List<Table> tables,
    List<Device> devices,
    RowBound rowBound,
    Memory memory,
    Optional<String> gpu) {

  public RunFigures {
    tables = List.copyOf(tables);
    devices = List.copyOf(devices);
  }

  /**
   * @param policy name of the cache policy
   * @param slots rows that the cache can hold
   * @param rowBytes bytes of a row, with its optimizer state
   * @param lookups lookups
   * @param hits lookups whose row was resident
   * @param uniqueRows unique rows of batches
   * @param uniqueHits unique rows that were resident
   * @param loadedRows rows read from the store
   * @param writtenBackRows changed rows written to the store when they were evicted
   */
  public record Cache(
      String policy,
      long slots,
      long rowBytes,
      long lookups,
      long hits,
      long uniqueRows,
      long uniqueHits,
      long loadedRows,
      long writtenBackRows) {}

  /**
   * @param name the table's name
   * @param lookups lookups
   * @param hits lookups whose row was resident
   */
  public record Table(String name, long lookups, long hits) {}

  /**
   * One of the devices of a run.
   *
   * @param name what messages call it
   * @param slots rows that its cache can hold
   * @param deviceBytes bytes of its memory
   * @param lookups by samples of all devices, of rows that this one has
   * @param hits those of them whose row was resident
   * @param uniqueRows unique rows of batches that this device has
   * @param uniqueHits those of them that were resident
   * @param loadedRows rows read from the store
   * @param writtenBackRows changed rows written to the store when they were evicted
   * @param sentBytes of rows and gradients, to other devices
   * @param receivedBytes of rows and gradients, from other devices
   * @param stageSeconds as {@link RunFigures#stageSeconds}, of this device
   */
  public record Device(
      String name,
      long slots,
      long deviceBytes,
      long lookups,
      long hits,
      long uniqueRows,
      long uniqueHits,
      long loadedRows,
      long writtenBackRows,
      long sentBytes,
      long receivedBytes,
      Map<String, Double> stageSeconds) {}

  /**
   * Each row has to be loaded once, whatever the policy and however large the cache. So the share
   * of unique rows that hit cannot exceed {@link #limit}. Counts begin anew when a run is resumed.
   *
   * @param uniqueRows unique rows of batches
   * @param uniqueHits unique rows that were resident
   * @param firstLoads distinct rows among those that were loaded; estimated from a sample, with a
   *     standard error below 2 %, once they are many
   */
  public record RowBound(long uniqueRows, long uniqueHits, long firstLoads) {

    /** Share of unique rows that hit; NaN before the first. */
    public double hitRatio() {
      return uniqueRows == 0 ? Double.NaN : (double) uniqueHits / uniqueRows;
    }

    /**
     * The largest share of unique rows that could have hit; NaN before the first. Not below {@link
     * #hitRatio}, whatever the estimate.
     */
    public double limit() {
      return uniqueRows == 0
          ? Double.NaN
          : Math.max(hitRatio(), 1 - (double) firstLoads / uniqueRows);
    }
  }

  /**
   * @param deviceBytes bytes on the device
   * @param storeBytes bytes of the store
   */
  public record Memory(long deviceBytes, long storeBytes) {}
}
