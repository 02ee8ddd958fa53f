package dev.farsight.api.table;

import java.util.Locale;

/**
 * How the initial weights of a table's rows are drawn; {@link InitialRows} has the formulas.
 *
 * @param law the distribution
 * @param scale the bound of a uniform one, the standard deviation of a normal one; above 0
 */
public record Draw(Law law, float scale) {

  /** The distributions. */
  public enum Law {
    /** Uniform in +-scale. */
    UNIFORM("uniform"),

    /** Normal with mean 0, but for the tails: the sum of twelve uniform numbers. */
    NORMAL("normal");

    private final String configName;

    Law(String configName) {
      this.configName = configName;
    }

    /** The name in configurations and files. */
    public String configName() {
      return configName;
    }
  }

  public Draw {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s weights of scale %s; more than 0 is needed", law.configName, scale));
    }
  }

  /** Uniform in +-sqrt(1 / rows of the table): what a table has unless it is told otherwise. */
  public static Draw uniform(Table table) {
    return new Draw(Law.UNIFORM, (float) Math.sqrt(1.0 / table.rows()));
  }

  /** Normal with this standard deviation. */
  public static Draw normal(float deviation) {
    return new Draw(Law.NORMAL, deviation);
  }
}
