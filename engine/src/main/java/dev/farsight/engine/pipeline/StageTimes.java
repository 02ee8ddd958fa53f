package dev.farsight.engine.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Seconds that each stage worked, without waits for other stages. */
public record StageTimes(
    double read,
    double dedupe,
    double plan,
    double order,
    double fetch,
    double compute,
    double writeBack) {

  public static final StageTimes ZERO = new StageTimes(0, 0, 0, 0, 0, 0, 0);

  /** The times that {@link #values} returned. */
  public static StageTimes of(List<Double> values) {
    if (values.size() != 7) {
      throw new IllegalArgumentException("times of " + values.size() + " stages, not of 7");
    }
    return new StageTimes(
        values.get(0),
        values.get(1),
        values.get(2),
        values.get(3),
        values.get(4),
        values.get(5),
        values.get(6));
  }

  /** All times, in the order of the stages. */
  public List<Double> values() {
    return List.of(read, dedupe, plan, order, fetch, compute, writeBack);
  }

  /** The times by the names that reports give the stages, in the order of the stages. */
  public Map<String, Double> byName() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("read", read);
    seconds.put("dedupe", dedupe);
    seconds.put("plan", plan);
    seconds.put("order", order);
    seconds.put("fetch", fetch);
    seconds.put("compute", compute);
    seconds.put("write_back", writeBack);
    return seconds;
  }

  /** The mean of the times of several devices. */
  public static StageTimes mean(List<StageTimes> times) {
    int count = times.size();
    StageTimes sum = times.stream().reduce(ZERO, StageTimes::plus);
    return new StageTimes(
        sum.read / count,
        sum.dedupe / count,
        sum.plan / count,
        sum.order / count,
        sum.fetch / count,
        sum.compute / count,
        sum.writeBack / count);
  }

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
