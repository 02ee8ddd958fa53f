package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.FirstBatches;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.List;

/**
 * What can be known of a run without opening it.
 *
 * @param memory the memory that it will take; of several processes, that each will take
 * @param deviceBytes memory of each device, by rank; {@code memory} has that of all together, of
 *     one process
 * @param cache how large the cache is, and which batches it holds
 * @param plan how its rows are divided over devices
 * @param rowBytes bytes of a row, weights and optimizer state
 * @param batches what its first batches look up; none where telling it would take long
 * @param trainSamples samples for training; {@link dev.farsight.api.data.DataSource#UNKNOWN} if
 *     only a pass tells
 * @param evalSamples the same for evaluation
 * @param steps steps of the whole run at most; 0 if unknown
 */
public record Preview(
    MemoryForecast memory,
    List<Long> deviceBytes,
    CacheFit cache,
    ShardingPlan plan,
    int rowBytes,
    FirstBatches batches,
    long trainSamples,
    long evalSamples,
    long steps) {

  public Preview {
    deviceBytes = List.copyOf(deviceBytes);
  }

  /**
   * What can be known of the run that {@link Trainer#open} would open. Checks every setting, then
   * opens the data, which defines the tables, and reads a few batches; takes nothing else.
   *
   * @param farsight the resolved section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   * @throws dev.farsight.api.FarsightException if the data cannot be read
   */
  public static Preview of(Config farsight, Components components) {
    return of(farsight, components, RunListener.NONE);
  }

  /**
   * As {@link #of(Config, Components)}.
   *
   * @param listener is told that the data is being opened
   */
  public static Preview of(Config farsight, Components components, RunListener listener) {
    return PreviewBuilder.of(Settings.of("farsight", farsight), components, listener);
  }
}
