package dev.farsight.engine.settings;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often training is interrupted by an evaluation: {@code train.eval-every}. At most one of the
 * two is not 0.
 *
 * @param steps steps from one evaluation to the next; 0: not by steps
 * @param epochs epochs from one evaluation to the next, at their ends; 0: not by epochs
 */
public record EvaluationInterval(long steps, int epochs) {

  private static final String KEY = "eval-every";
  private static final Pattern INTERVAL = Pattern.compile("(\\d{1,18})\\s*(step|epoch)s?");
  private static final Pattern NUMBER = Pattern.compile("[-+.0-9eE]+");

  /**
   * @param train the section {@code farsight.train}
   */
  public static EvaluationInterval of(Settings train) {
    String text = train.string(KEY).trim();
    if (NUMBER.matcher(text).matches()) {
      return new EvaluationInterval(train.longInteger(KEY, 0, Long.MAX_VALUE), 0);
    }
    Matcher interval = INTERVAL.matcher(text);
    if (!interval.matches()) {
      throw bad(train);
    }
    long number = Long.parseLong(interval.group(1));
    if (interval.group(2).equals("step")) {
      return new EvaluationInterval(number, 0);
    }
    if (number > Integer.MAX_VALUE) {
      throw bad(train);
    }
    return new EvaluationInterval(0, (int) number);
  }

  private static RuntimeException bad(Settings train) {
    return train.bad(
        KEY, "is neither a number of steps nor one of epochs, such as 1000 or '1 epoch'");
  }

  /**
   * Checks that training is interrupted by evaluations that can be compared. If rows are drawn
   * anew, only ends of epochs can: before, rows have seen but a part of the data.
   *
   * @param train the section {@code farsight.train}
   * @param key the key that needs evaluations
   * @param purpose what compares them
   * @throws ConfigException if it is not
   */
  static void requireComparable(Settings train, String key, String purpose) {
    EvaluationInterval interval = of(train);
    if (!interval.any()) {
      throw new ConfigException(key + " needs farsight.train.eval-every, how often to evaluate");
    }
    if (train.string("reset-rows").equals("each-epoch") && interval.epochs() == 0) {
      throw train.bad(
          KEY,
          "must be a number of epochs, such as '1 epoch', for "
              + purpose
              + " with train.reset-rows");
    }
  }

  /** Whether training is interrupted at all. */
  public boolean any() {
    return steps > 0 || epochs > 0;
  }

  /** Whether an evaluation is due at the end of an epoch. Epochs are counted from 0. */
  public boolean isDueAfterEpoch(int epoch) {
    return epochs > 0 && (epoch + 1) % epochs == 0;
  }
}
