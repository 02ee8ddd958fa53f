package dev.farsight.cli;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.data.SplitsSetting;
import dev.farsight.engine.settings.ShardingSettings;
import java.util.Locale;
import java.util.Optional;

/** What {@code farsight check} says of the splits of the data. */
final class SplitsLine {

  private SplitsLine() {}

  /**
   * The line; empty if the data is not cut.
   *
   * @param trainSamples of all splits
   */
  static Optional<String> of(long trainSamples, Settings farsight) {
    Settings data = farsight.section("data");
    int splits = SplitsSetting.splits(data);
    if (splits == SplitsSetting.NONE || trainSamples <= 0) {
      return Optional.empty();
    }
    int processes = ShardingSettings.processes(farsight);
    String read =
        processes == 1
            ? ""
            : String.format(
                Locale.ROOT,
                "; each of %d processes reads %s%d of them",
                processes,
                splits % processes == 0 ? "" : "up to ",
                most(splits, processes));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "splits: %,d of %,d samples or one less, %,d of each in a step%s",
            splits,
            (trainSamples + splits - 1) / splits,
            data.integer("batch-size", 1, Integer.MAX_VALUE) / splits,
            read));
  }

  /** Splits of which a process has a part in a step, at most. */
  private static int most(int splits, int processes) {
    long most = 0;
    for (long process = 0; process < processes; process++) {
      long end = ((process + 1) * splits + processes - 1) / processes;
      most = Math.max(most, end - process * splits / processes);
    }
    return (int) most;
  }
}
