package dev.farsight.api.internal;

import com.typesafe.config.ConfigOrigin;

/** Where the values of a configuration were set, as messages begin with it. */
public final class Places {

  private static final String OVERRIDE = "--set ";
  private static final String MERGE = "merge of ";
  private static final String DEFAULTS = "reference.conf";

  /** How a value begins whose place names the substitution that gave it. */
  private static final String SUBSTITUTION = ": ${";

  private Places() {}

  /**
   * The prefix of messages about a value: {@code my.conf: 12: }, {@code --set cache.size: } or, of
   * a value that a substitution gave, {@code my.conf: 12: ${CACHE_SIZE}: }. Empty if that is
   * unknown, and for defaults, which are in no file of the user's.
   */
  public static String of(ConfigOrigin origin) {
    String where = first(origin.description());
    boolean known =
        origin.lineNumber() >= 0 || where.startsWith(OVERRIDE) || where.contains(SUBSTITUTION);
    return known && !isDefault(origin) ? where + ": " : "";
  }

  /** Of a value that several places give, the one that counts first. */
  private static String first(String description) {
    return description.startsWith(MERGE)
        ? description.substring(MERGE.length()).replaceFirst(",.*?(?=: \\$\\{|$)", "")
        : description;
  }

  /** Whether the user has not set the value, but a module's {@code reference.conf}. */
  public static boolean isDefault(ConfigOrigin origin) {
    return origin.description().contains(DEFAULTS);
  }

  /**
   * The origin of a value that a substitution gave.
   *
   * @param written where the substitution is written
   * @param substitutions such as {@code ${CACHE_SIZE}}
   */
  public static String substituted(ConfigOrigin written, String substitutions) {
    return written.description() + ": " + substitutions;
  }
}
