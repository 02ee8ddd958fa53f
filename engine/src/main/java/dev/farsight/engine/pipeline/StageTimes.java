package dev.farsight.engine.pipeline;

/** Seconds that each stage worked, waiting for other stages apart. */
public record StageTimes(double read, double plan, double fetch, double compute, double writeBack) {

  public static final StageTimes ZERO = new StageTimes(0, 0, 0, 0, 0);

  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        read + other.read,
        plan + other.plan,
        fetch + other.fetch,
        compute + other.compute,
        writeBack + other.writeBack);
  }
}
