package dev.farsight.bench.exchange;

import com.typesafe.config.Config;
import dev.farsight.bench.LaunchedRun;
import dev.farsight.bench.exchange.TrainedRanks.Took;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a step of some ranks costs, from a shorter and a longer run of them: the difference leaves
 * out the start of processes and most of compiling. Figures of exchanges are means of the ranks.
 *
 * @param name of the ranks
 * @param stepMillis from step to step
 * @param cpuMillis of all processors for a step of all ranks
 * @param workMillis of a rank between its exchanges; 0 for one rank
 * @param deviation of that, as a share of it
 * @param exchanges by what is exchanged
 */
record RankCosts(
    String name,
    int ranks,
    double stepMillis,
    double cpuMillis,
    double workMillis,
    double deviation,
    Map<Exchanged, Exchange> exchanges) {

  /**
   * An exchange of a rank in a step.
   *
   * @param sentBytes to other ranks
   * @param waitMillis until all ranks were there
   * @param moveMillis from then on
   */
  record Exchange(double sentBytes, double waitMillis, double moveMillis) {}

  static RankCosts of(TrainedRanks ranks, Took shorter, Took longer, int stepsBetween) {
    List<Config> steps = longer.steps();
    double work = mean(steps, "work_ms");
    double deviation = mean(steps, "work_deviation_ms");
    Map<Exchanged, Exchange> exchanges = new LinkedHashMap<>();
    for (Exchanged what : Exchanged.values()) {
      List<Config> ends =
          Stream.concat(longer.asks().stream(), steps.stream())
              .filter(end -> end.hasPath(what.key()))
              .map(end -> end.getConfig(what.key()))
              .toList();
      if (!ends.isEmpty()) {
        exchanges.put(
            what,
            new Exchange(mean(ends, "sent_bytes"), mean(ends, "wait_ms"), mean(ends, "move_ms")));
      }
    }
    return new RankCosts(
        ranks.name(),
        ranks.ranks(),
        LaunchedRun.BATCH * ranks.ranks() / longer.samplesPerSecond() * 1e3,
        (longer.cpuSeconds() - shorter.cpuSeconds()) / stepsBetween * 1e3,
        work,
        work == 0 ? 0 : deviation / work,
        exchanges);
  }

  private static double mean(List<Config> ends, String key) {
    return ends.stream().mapToDouble(end -> end.getDouble(key)).average().orElse(0);
  }

  double sentBytes(Exchanged what) {
    return exchanges.containsKey(what) ? exchanges.get(what).sentBytes() : 0;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ranks", ranks);
    json.put("step_ms", stepMillis);
    json.put("cpu_ms", cpuMillis);
    json.put("cpu_ms_a_rank", cpuMillis / ranks);
    json.put("work_ms", workMillis);
    json.put("work_deviation", deviation);
    return json;
  }
}
