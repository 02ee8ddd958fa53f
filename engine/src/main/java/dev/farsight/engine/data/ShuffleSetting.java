package dev.farsight.engine.data;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The setting {@code data.shuffle}. */
public final class ShuffleSetting {

  /** Samples keep their order. */
  public static final int NONE = 0;

  /** One order of all samples; the source must be able to seek. */
  public static final int FULL = -1;

  private static final String KEY = "shuffle";
  private static final Pattern SAMPLES = Pattern.compile("(\\d{1,10})\\s*samples?");
  private static final int MOST_SAMPLES = 1 << 30;

  private ShuffleSetting() {}

  /**
   * How many samples are permuted together: {@link #NONE} if they keep their order, {@link #FULL}
   * for all of them.
   *
   * @param data the section {@code farsight.data}
   * @throws ConfigException if the setting is none of those possible
   */
  public static int blockSamples(Settings data) {
    String text = data.string(KEY).trim();
    if (text.equals("none")) {
      return NONE;
    }
    if (text.equals("full")) {
      return FULL;
    }
    Matcher samples = SAMPLES.matcher(text);
    long number = samples.matches() ? Long.parseLong(samples.group(1)) : 0;
    if (number < 1 || number > MOST_SAMPLES) {
      throw data.bad(
          KEY,
          "is neither none nor full nor 1 to "
              + MOST_SAMPLES
              + " samples, such as '500000 samples'");
    }
    return (int) number;
  }

  /**
   * The source with the order that is asked for.
   *
   * @param data the section {@code farsight.data}
   * @throws ConfigException if the source cannot give it
   */
  static DataSource apply(DataSource source, Settings data, long seed) {
    int blockSamples = blockSamples(data);
    if (blockSamples == NONE) {
      return source;
    }
    if (blockSamples == FULL) {
      requireSeeking(data, source);
      return new FullyShuffledData(source, seed);
    }
    return new ShuffledData(source, blockSamples, seed);
  }

  private static void requireSeeking(Settings data, DataSource source) {
    if (!source.seeks()) {
      throw data.bad(
          KEY,
          "needs a source that can seek to any sample, which data.source = "
              + data.string("source")
              + " cannot; use blocks, such as '500000 samples', or prepare the data: farsight data"
              + " prepare");
    }
  }
}
