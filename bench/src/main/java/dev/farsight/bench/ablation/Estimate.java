package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import dev.farsight.engine.plugin.Components;
import java.util.List;

/**
 * How long cells will take. Before any has run, by their matrix products and lookups at rates that
 * common machines reach, which is good to a factor of two or three; after that, by those times what
 * the cells that are done took against it.
 */
final class Estimate {

  /** Starting the JVM, opening, and saying goodbye. */
  private static final double START_SECONDS = 4;

  private static final double CPU_FLOPS_A_CORE = 50e9;
  private static final double GPU_FLOPS = 50e12;
  private static final double SECONDS_A_LOOKUP = 50e-9;

  private final Components components;
  private final double factor;

  /**
   * @param done cells that have run on this host
   */
  Estimate(Components components, List<CellResult> done) {
    this.components = components;
    Spread factors =
        Spread.of(
            done.stream()
                .filter(CellResult::done)
                .map(result -> (result.seconds() - START_SECONDS) / byWork(result.cell()))
                .toList());
    factor = factors == null ? 1 : Math.max(.01, factors.median());
  }

  /** Seconds that a cell will take. */
  double seconds(Cell cell) {
    return START_SECONDS + factor * byWork(cell);
  }

  double seconds(List<Cell> cells) {
    return cells.stream().mapToDouble(this::seconds).sum();
  }

  private double byWork(Cell cell) {
    Config config = cell.config();
    long batch = config.getLong("data.batch-size");
    long steps = config.getLong("train.max-steps");
    double samples = (double) cell.trainSamples() * config.getLong("train.epochs");
    double trained = steps == 0 ? samples : Math.min(samples, (double) steps * batch);
    int cores = Runtime.getRuntime().availableProcessors();
    boolean cpu = components.computes().get(config.getString("compute.backend")).usesHostMemory();
    double flops = cpu ? cores * CPU_FLOPS_A_CORE : GPU_FLOPS;
    double lookups = SECONDS_A_LOOKUP * cell.lookupsPerSample() * 2 / cores;
    double sample = cell.outlook().flopsPerSample() / flops + lookups;
    return (trained + cell.evalSamples() / 3.0) * sample;
  }

  /** {@code 40 s}, {@code 12 min}, {@code 3.5 h}. */
  static String text(double seconds) {
    if (seconds < 100) {
      return Math.round(seconds) + " s";
    }
    return seconds < 6000
        ? Math.round(seconds / 60) + " min"
        : Math.round(seconds / 360) / 10.0 + " h";
  }
}
