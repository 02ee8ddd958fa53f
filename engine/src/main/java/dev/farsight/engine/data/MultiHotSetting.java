package dev.farsight.engine.data;

import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;

/** The setting {@code data.multi-hot}. */
public final class MultiHotSetting {

  private static final String KEY = "multi-hot";
  private static final String MLPERF = "mlperf";
  private static final int MOST_LOOKUPS = 1 << 16;

  /** Lookups of a sample, by feature, in MLPerf's training set for recommendation. */
  private static final int[] MLPERF_LOOKUPS = {
    3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1
  };

  private MultiHotSetting() {}

  /**
   * Whether samples are given more lookups than the source has.
   *
   * @param data the section {@code farsight.data}
   */
  public static boolean isOn(Settings data) {
    return data.has(KEY);
  }

  /**
   * How many lookups a sample is to have, by feature.
   *
   * @param data the section {@code farsight.data}, which has the setting
   * @throws ConfigException if it is none of those possible
   */
  static int[] lookups(Settings data) {
    ConfigValueType type = data.config().getValue(KEY).valueType();
    if (type == ConfigValueType.STRING && data.string(KEY).equals(MLPERF)) {
      return MLPERF_LOOKUPS.clone();
    }
    if (type != ConfigValueType.LIST) {
      throw data.bad(
          KEY,
          "is neither mlperf nor a list of numbers of lookups, one for each feature, such as [3, 1,"
              + " 20]");
    }
    return data.integers(KEY, 1, MOST_LOOKUPS);
  }

  /**
   * Checks what can be checked without the data.
   *
   * @param data the section {@code farsight.data}
   */
  public static void check(Settings data) {
    if (isOn(data)) {
      lookups(data);
    }
  }

  static ConfigException bad(Settings data, String complaint) {
    return data.bad(KEY, complaint);
  }
}
