package dev.farsight.bench.stats;

import dev.farsight.api.config.Settings;
import dev.farsight.bench.replay.Contender;
import dev.farsight.bench.replay.Curves;
import dev.farsight.bench.replay.MissRatio;
import dev.farsight.bench.replay.ReplaySettings;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Size;
import dev.farsight.bench.stats.ExpectedHits.OfSize;
import dev.farsight.bench.stats.ExpectedHits.Ratios;
import dev.farsight.engine.plugin.Components;
import java.util.Map;
import java.util.Optional;

/**
 * What caches can be expected to hit: by the counts of the whole training part, and by replays of
 * its first batches through the engine's planner.
 */
final class HitForecast {

  private static final String LFU = "lfu";
  private static final Ratios ALL = new Ratios(1, 1);

  private final CountHistogram counts;
  private final long samples;
  private final int batchSize;
  private final Contender lfu;
  private final Curves curves;

  /**
   * @param counts of the rows of all tables
   * @param samples of the training part
   * @param tableRows rows of all tables
   * @param requests of the first batches; empty if none are replayed
   */
  HitForecast(
      CountHistogram counts,
      long samples,
      int batchSize,
      long tableRows,
      Optional<Requests> requests,
      Settings farsight,
      Components components) {
    this.counts = counts;
    this.samples = samples;
    this.batchSize = batchSize;
    lfu = Contender.of(LFU, components);
    // Tables share the slots of a replay.
    var settings = ReplaySettings.of(farsight.with(Map.of("cache.tables", Map.of())), 0);
    curves = requests.map(of -> Curves.of(of, tableRows, settings)).orElse(null);
  }

  OfSize of(Size size, long tableRows) {
    if (size.slots() >= tableRows) {
      return new OfSize(size.label(), size.slots(), ALL, ALL, ALL); // loaded before training
    }
    boolean replayed = curves != null && size.slots() >= curves.leastSlots();
    return new OfSize(
        size.label(),
        size.slots(),
        mostFrequent(size.slots()),
        replayed ? ratios(curves.point(lfu, size)) : null,
        replayed ? ratios(curves.bound(size)) : null);
  }

  private static Ratios ratios(MissRatio missed) {
    return new Ratios(1 - missed.allLookups(), 1 - missed.allUniqueRows());
  }

  private Ratios mostFrequent(int slots) {
    double unique = counts.top(slots, this::inBatch) / counts.top(counts.rows(), this::inBatch);
    return new Ratios(counts.shareOfTop(slots), unique);
  }

  /** Probability that a batch looks a row up. */
  private double inBatch(long count) {
    double inSample = Math.min(1, (double) count / samples);
    return -Math.expm1(batchSize * Math.log1p(-inSample));
  }
}
