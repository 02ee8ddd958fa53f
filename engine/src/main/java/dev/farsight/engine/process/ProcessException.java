package dev.farsight.engine.process;

import dev.farsight.api.FarsightException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another process of the run has failed, so this one ends too. The message names the process and
 * its reason, once: whichever group of ranks it came through, and however many processes have
 * passed it on.
 */
public final class ProcessException extends FarsightException {

  private static final long serialVersionUID = 1L;

  /** What a collective puts before the words of a rank of another process. */
  private static final Pattern TOLD =
      Pattern.compile(
          "group \\S+: (rank \\d+ \\((?:.*? of )??(process (\\d+))\\)) (ended it: )?(.*)",
          Pattern.DOTALL);

  /** Words that say by themselves whose they are. */
  private static final Pattern NAMED =
      Pattern.compile("(rank \\d+ \\([^)]*of )?process (\\d+)\\b\\)?(:?).*", Pattern.DOTALL);

  /** Of one that may be there, and not have found the others. */
  private static final String NOT_YET = "did not come in time";

  private final int process;
  private final boolean loss;

  private ProcessException(int process, boolean loss, String message, Throwable cause) {
    super(message, cause);
    this.process = process;
    this.loss = loss;
  }

  /** The process that failed first. */
  public int process() {
    return process;
  }

  /**
   * Whether others have seen that the process is gone or hangs; it has not said so itself, and may
   * never say anything.
   */
  public boolean isLoss() {
    return loss;
  }

  /**
   * What to throw, and to tell others: the failure itself, or if it is only that another process
   * has failed, what that one has told.
   */
  public static Throwable of(Throwable failure) {
    Matcher told = TOLD.matcher(String.valueOf(failure.getMessage()));
    if (failure instanceof Error || !told.matches()) {
      return failure;
    }
    Matcher first = told;
    while (told.matches() && told.group(4) != null) {
      first = told;
      told = TOLD.matcher(told.group(5));
    }
    return told.matches()
        ? new ProcessException(
            Integer.parseInt(told.group(3)),
            !told.group(5).startsWith(NOT_YET),
            seen(told),
            failure)
        : said(first, failure);
  }

  /** What others have seen of a process that said nothing, such as that it is gone. */
  private static String seen(Matcher told) {
    String who = told.group(1).contains(" of ") ? told.group(1) : told.group(2);
    return who + " " + told.group(5);
  }

  private static ProcessException said(Matcher told, Throwable failure) {
    String reason = told.group(5);
    Matcher named = NAMED.matcher(reason);
    return named.matches()
        ? new ProcessException(
            Integer.parseInt(named.group(2)), named.group(3).isEmpty(), reason, failure)
        : new ProcessException(
            Integer.parseInt(told.group(3)), false, told.group(2) + ": " + reason, failure);
  }
}
