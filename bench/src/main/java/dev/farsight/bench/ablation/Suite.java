package dev.farsight.bench.ablation;

import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a suite file asks for. Immutable.
 *
 * @param file the suite file
 * @param name what the suite is called
 * @param title a line about it, or an empty one
 * @param base the configuration that all cells share
 * @param axes what differs
 * @param baseline the combination that the others are compared with
 * @param combinations those to run, without the ones that the file excludes
 * @param seeds each combination runs with each
 * @param repeats how often, with each seed
 * @param warmUp the beginning of a cell, which is not measured
 * @param timeLimit of one cell
 * @param bound whether to compute the clairvoyant bound
 */
public record Suite(
    Path file,
    String name,
    String title,
    FarsightConfig base,
    List<Axis> axes,
    Combination baseline,
    List<Combination> combinations,
    List<Long> seeds,
    int repeats,
    WarmUp warmUp,
    Duration timeLimit,
    boolean bound) {

  public Suite {
    axes = List.copyOf(axes);
    combinations = List.copyOf(combinations);
    seeds = List.copyOf(seeds);
  }
}
