package dev.farsight.api.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a file operation failed, in words. The JDK says it in a class name, in a reason apart from
 * the message, or in parentheses behind the path; the message alone is often only the path.
 */
public final class IoReason {

  /** {@code /data/x (Permission denied)}, as java.io words it. */
  private static final Pattern BEHIND_PATH = Pattern.compile(".*\\(([^()]+)\\)", Pattern.DOTALL);

  private IoReason() {}

  /** The reason, to follow on the path and what could not be done. */
  public static String of(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it exists already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    if (e instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (e instanceof FileSystemLoopException) {
      return "symbolic links form a loop";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return words(failure.getReason());
    }
    if (e instanceof FileNotFoundException && e.getMessage() != null) {
      Matcher matcher = BEHIND_PATH.matcher(e.getMessage());
      return matcher.matches() ? words(matcher.group(1)) : e.getMessage();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : words(e.getMessage());
  }

  /** The system's words begin with a capital: {@code No space left on device}. */
  private static String words(String text) {
    boolean sentence =
        text.length() > 1
            && Character.isUpperCase(text.charAt(0))
            && Character.isLowerCase(text.charAt(1));
    return sentence ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }
}
