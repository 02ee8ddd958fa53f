package dev.farsight.bench.scaling;

/**
 * The model of hosts, applied to ranks that share one machine, so that it can be held against what
 * was measured there. The work of all ranks shares the processors, exchanges come after it one by
 * one, and ids come on top, since no processor is idle beside them.
 *
 * @param cores that the machine is worth; less than it has where they share units
 * @param stepSeconds of one rank alone
 * @param cpuSeconds of one rank alone, of all processors
 * @param deviation of a rank's work, as a share of it
 */
public record RanksOnOneMachine(
    double cores, double stepSeconds, double cpuSeconds, double deviation) {

  /**
   * A step of several ranks.
   *
   * @param bytesPerSecond that each rank can send while all do
   * @param messageSeconds of a rank's time for each message
   */
  public ScaledRanks ranks(
      Training training, int ranks, double bytesPerSecond, double messageSeconds) {
    var places = new Places(ranks, 1);
    Traffic traffic = Traffic.of(training.workload(), places, Way.AS_BUILT);
    var network =
        new Network("loopback", bytesPerSecond, bytesPerSecond, messageSeconds, messageSeconds);
    double work = Math.max(stepSeconds, ranks * cpuSeconds / cores);
    ScaledStep step =
        ScaledStep.of(
            new HostStep("rank", work, deviation, Double.POSITIVE_INFINITY), traffic, network);
    return new ScaledRanks(
        traffic.ids(),
        traffic.rows(),
        traffic.dense(),
        step.oneAfterTheOther() + (ranks * cpuSeconds > cores * stepSeconds ? step.ids() : 0));
  }

  /**
   * What ranks train: tables of Criteo Kaggle.
   *
   * @param samples of a rank
   * @param denseParameters of the model
   */
  public record Training(int samples, int dim, long denseParameters, double exponent) {

    /**
     * A DLRM, whose bottom layers end in a row's width.
     *
     * @param bottom widths of its layers but the last
     * @param top widths of its layers but the last
     */
    public static Training dlrm(int samples, int dim, int[] bottom, int[] top, double exponent) {
      int tables = Workload.Tables.kaggle().count();
      long dense = Workload.dlrmParameters(tables, dim, bottom, top);
      return new Training(samples, dim, dense, exponent);
    }

    Workload workload() {
      return new Workload(
          "ranks", Workload.Tables.kaggle(), samples, dim, denseParameters, exponent);
    }

    /** Different rows that the samples of a rank look up. */
    public double uniqueRows() {
      return workload().uniqueRows(samples);
    }
  }

  /**
   * What is predicted for a rank.
   *
   * @param rowBytes sent forward; backward it is as many
   */
  public record ScaledRanks(
      double idBytes, double rowBytes, double denseBytes, double stepSeconds) {}
}
