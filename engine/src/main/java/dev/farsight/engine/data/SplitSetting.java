package dev.farsight.engine.data;

import dev.farsight.api.config.Settings;

/** The setting that divides samples into those for training and those for evaluation. */
public final class SplitSetting {

  private SplitSetting() {}

  /**
   * What to look at if there are no samples for training.
   *
   * @param data the section {@code farsight.data}
   */
  public static String ofTraining(Settings data) {
    return EvalPathData.isSet(data) ? "data.path" : ofSamples(data);
  }

  /**
   * What to look at if there are no samples for evaluation.
   *
   * @param data the section {@code farsight.data}
   */
  public static String ofEvaluation(Settings data) {
    return EvalPathData.isSet(data) ? "data.eval-path" : ofSamples(data);
  }

  private static String ofSamples(Settings data) {
    return data.section("eval-where").has("column") ? "data.eval-where" : "data.eval-fraction";
  }
}
