package dev.farsight.api.internal;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Why a file operation failed and what to do about it, as the end of a message. Java's exceptions
 * often have the path alone for a message, and leave the reason to their class.
 */
public final class IoReason {

  private static final String OTHER_PATH = "change its permissions, or name another path";
  private static final String OTHER_DEVICE = "make room, or name a path on another device";

  /** The kernel's words, in lower case, with what to do. */
  private static final Map<String, String> ADVICE = new LinkedHashMap<>();

  static {
    ADVICE.put("permission denied", OTHER_PATH);
    ADVICE.put("operation not permitted", OTHER_PATH);
    ADVICE.put("no space left on device", OTHER_DEVICE);
    ADVICE.put("disk quota exceeded", OTHER_DEVICE);
    ADVICE.put("read-only file system", "name a path on another file system");
    ADVICE.put("is a directory", "name a file");
    ADVICE.put("not a directory", "a file is where a folder is needed; name another path");
    ADVICE.put("file exists", "remove it, or name another path");
    ADVICE.put("directory not empty", "empty it, or name another path");
    ADVICE.put("no such file or directory", "check the path");
    ADVICE.put("too many open files", "raise the limit, such as ulimit -n 65536");
    ADVICE.put("file name too long", "choose a shorter name");
    ADVICE.put("too many levels of symbolic links", "mend the links, or name another path");
    ADVICE.put("file too large", "the file system has a limit; name a path on another");
    ADVICE.put("input/output error", "the device may be failing; the system's log tells more");
    ADVICE.put("cross-device link", "name a path on the same file system");
  }

  private IoReason() {}

  /** The reason alone, such as {@code permission denied; change its permissions, ...}. */
  public static String of(IOException e) {
    String reason = reason(e);
    for (var known : ADVICE.entrySet()) {
      if (reason.toLowerCase(Locale.ROOT).contains(known.getKey())) {
        return known.getKey() + "; " + known.getValue();
      }
    }
    return reason;
  }

  /** The reason, and the file that it concerns where that is not the one of the message. */
  public static String of(Path path, IOException e) {
    String concerned = e instanceof FileSystemException failure ? failure.getFile() : null;
    boolean other = concerned != null && !concerned.equals(path.toString());
    return other ? Quoted.of(concerned) + ": " + of(e) : of(e);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "file exists";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "directory not empty";
    }
    if (e instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (e instanceof FileSystemLoopException) {
      return "too many levels of symbolic links";
    }
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (e instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return Quoted.of(failure.getReason());
    }
    if (e instanceof FileNotFoundException && e.getMessage() != null) {
      // Path (reason)
      return Quoted.of(e.getMessage().replaceFirst("(?s)^.*\\(([^()]*)\\)$", "$1"));
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : Quoted.of(e.getMessage());
  }
}
