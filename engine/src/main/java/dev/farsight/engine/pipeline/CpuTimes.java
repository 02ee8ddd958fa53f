package dev.farsight.engine.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU seconds of a process.
 *
 * @param stages of the threads of each stage, its teams of workers included
 * @param other of all other threads, such as those that collect garbage, compile code or write
 *     checkpoints
 */
public record CpuTimes(StageTimes stages, double other) {

  public static final CpuTimes ZERO = new CpuTimes(StageTimes.ZERO, 0);

  /** The times that {@link #values} returned. */
  public static CpuTimes of(List<Double> values) {
    int stages = values.size() - 1;
    return new CpuTimes(StageTimes.of(values.subList(0, stages)), values.get(stages));
  }

  /** The stages' times, in their order, then the other. */
  public List<Double> values() {
    List<Double> values = new ArrayList<>(stages.values());
    values.add(other);
    return values;
  }

  /** As {@link StageTimes#byName}, and {@code other}. */
  public Map<String, Double> byName() {
    Map<String, Double> seconds = new LinkedHashMap<>(stages.byName());
    seconds.put("other", other);
    return seconds;
  }

  public CpuTimes plus(CpuTimes added) {
    return new CpuTimes(stages.plus(added.stages), other + added.other);
  }
}
