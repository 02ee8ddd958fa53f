package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.pipeline.NonFiniteLossException;
import dev.farsight.engine.process.AgreedException;
import dev.farsight.engine.process.ProcessException;
import dev.farsight.reading.BadRowException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a process has to say at the end of an attempt, and what all of them make of it.
 *
 * @param reason a line that names the process; empty if all went well
 */
record Verdict(Kind kind, String reason) {

  /** From the best to what is most worth telling. */
  enum Kind {
    FINE,
    /** Only because another process has failed. */
    TOLD,
    /** Another attempt may help. */
    FAILED,
    /** The data, the files or the model are at fault, so another attempt would end alike. */
    FINAL,
    /** The same for a setting. */
    SETTING;

    boolean endsRun() {
      return compareTo(FINAL) >= 0;
    }
  }

  private static final Pattern NAMED =
      Pattern.compile("(rank \\d+ \\((.* of )?)?process \\d+.*", Pattern.DOTALL);

  /** What collectives say of others, also in the middle of a line: "the checkpoint failed: ...". */
  private static final Pattern LOST =
      Pattern.compile(
          "group \\S+: rank \\d+ \\([^)]*\\) (has shown no sign|is gone|did not join|stopped in|left before)");

  private static final String GROUP = "group processes: ";

  /** What the system says of folders that are files, or of mounts. */
  private static final Pattern WRONG_PATH =
      Pattern.compile("(?s).*(Not a directory|Read-only file system).*");

  static final Verdict FINE = new Verdict(Kind.FINE, "");

  /**
   * @param opening whether the process was still opening the run, so that files which cannot be
   *     used are those that the user named
   */
  static Verdict of(int process, FarsightException failure, boolean opening) {
    String message = Quoted.line(String.valueOf(failure.getMessage()));
    String words = message.startsWith(GROUP) ? message.substring(GROUP.length()) : message;
    String reason = NAMED.matcher(words).matches() ? words : "process " + process + ": " + words;
    return new Verdict(kind(failure, opening), reason);
  }

  private static Kind kind(FarsightException failure, boolean opening) {
    if (failure instanceof ProcessException) {
      return Kind.TOLD;
    }
    if (failure instanceof ConfigException) {
      return Kind.SETTING;
    }
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (isFinal(at) || (opening && isWrongPath(at))) {
        return Kind.FINAL;
      }
    }
    return Kind.FAILED;
  }

  private static boolean isFinal(Throwable failure) {
    return failure instanceof BadRowException
        || failure instanceof AgreedException
        || failure instanceof NonFiniteLossException
        || failure instanceof CacheTooSmallException;
  }

  private static boolean isWrongPath(Throwable failure) {
    return failure instanceof NoSuchFileException
        || failure instanceof AccessDeniedException
        || failure instanceof NotDirectoryException
        || failure instanceof FileAlreadyExistsException
        || (failure instanceof FileSystemException
            && WRONG_PATH.matcher(String.valueOf(failure.getMessage())).matches());
  }

  /**
   * Whether another process is gone or hangs. Then it is not asked for its verdict: it might not
   * answer before Spark has missed it, which takes minutes.
   */
  static boolean isLoss(FarsightException failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      boolean lost =
          at instanceof ProcessException other
              ? other.isLoss()
              : LOST.matcher(String.valueOf(at.getMessage())).find();
      if (lost) {
        return true;
      }
    }
    return false;
  }

  /** What all of them say: the worst, and if several failed by themselves, the reasons of all. */
  static Verdict ofAll(List<String> encoded) {
    Verdict worst = FINE;
    List<String> reasons = new ArrayList<>();
    for (String text : encoded) {
      Verdict verdict = decode(text);
      if (verdict.kind.compareTo(worst.kind) > 0) {
        worst = verdict;
        reasons.clear();
      }
      if (verdict.kind == worst.kind && !reasons.contains(verdict.reason)) {
        reasons.add(verdict.reason);
      }
    }
    return worst.kind == Kind.FAILED ? new Verdict(Kind.FAILED, String.join("; ", reasons)) : worst;
  }

  String encode() {
    return kind + " " + reason;
  }

  private static Verdict decode(String text) {
    int space = text.indexOf(' ');
    return new Verdict(Kind.valueOf(text.substring(0, space)), text.substring(space + 1));
  }
}
