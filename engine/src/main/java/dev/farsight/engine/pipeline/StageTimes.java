package dev.farsight.engine.pipeline;

/** Seconds that each stage worked, waiting for other stages apart. */
public record StageTimes(
    double read,
    double dedupe,
    double plan,
    double order,
    double fetch,
    double compute,
    double writeBack) {

  public static final StageTimes ZERO = new StageTimes(0, 0, 0, 0, 0, 0, 0);

  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        read + other.read,
        dedupe + other.dedupe,
        plan + other.plan,
        order + other.order,
        fetch + other.fetch,
        compute + other.compute,
        writeBack + other.writeBack);
  }
}
