package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One batch has more unique rows than there are slots for them. Nothing has changed. */
public final class CacheTooSmallException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private static final Pattern MESSAGE =
      Pattern.compile("has \\d+ unique rows for .*, which has \\d+ slots; ");

  private final String problem;
  private final long slotsNeeded;

  /**
   * @param key the setting to change
   * @param slotsNeeded the least value of that setting, in slots, with which this batch fits
   * @param remedy settings with which every batch fits, by key; empty if they are not known
   */
  CacheTooSmallException(
      String region,
      int uniqueRows,
      int slots,
      String key,
      long slotsNeeded,
      Map<String, String> remedy) {
    this(
        "a batch",
        String.format(
            Locale.ROOT,
            "has %d unique rows for %s, which has %d slots; %s, or make data.batch-size smaller",
            uniqueRows,
            region,
            slots,
            remedy.isEmpty()
                ? String.format(Locale.ROOT, "set %s to at least \"%d rows\"", key, slotsNeeded)
                : settings(remedy) + ", which holds every batch"),
        slotsNeeded,
        null);
  }

  /** Whether a line is, or ends in, the message of such an exception: of another process. */
  public static boolean isToldBy(String line) {
    return MESSAGE.matcher(line).find();
  }

  /** Settings to make, as a message tells them: {@code set KEY to VALUE and KEY to VALUE}. */
  public static String settings(Map<String, String> remedy) {
    return remedy.entrySet().stream()
        .map(setting -> setting.getKey() + " to " + setting.getValue())
        .collect(Collectors.joining(" and ", "set ", ""));
  }

  private CacheTooSmallException(String batch, String problem, long slotsNeeded, Throwable cause) {
    super(batch + " " + problem, cause);
    this.problem = problem;
    this.slotsNeeded = slotsNeeded;
  }

  /**
   * The same with the batch's name. The cache does not know the run's steps, so it names none.
   *
   * @param batch such as "the batch of step 7"
   */
  public CacheTooSmallException in(String batch) {
    return new CacheTooSmallException(batch, problem, slotsNeeded, this);
  }

  /** The slots that this batch needs: of the whole cache, or of a table. */
  public long slotsNeeded() {
    return slotsNeeded;
  }
}
