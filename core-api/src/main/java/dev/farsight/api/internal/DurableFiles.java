package dev.farsight.api.internal;

import dev.farsight.api.FarsightException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** Durable file operations: a file is on disk completely, or not at all. */
public final class DurableFiles {

  private DurableFiles() {}

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  /**
   * Writes a small file under another name, forces it to disk, then renames it. A symbolic link of
   * that other name is not followed.
   *
   * @throws FarsightException if it cannot be written
   */
  public static void write(Path file, Content content) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      if (Files.isSymbolicLink(partial)) {
        throw new IOException(partial.getFileName() + " is a symbolic link");
      }
      // Not a channel, which an interrupt of the thread would close.
      try (var stream = new FileOutputStream(partial.toFile());
          var out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16))) {
        content.write(out);
        out.flush();
        stream.getFD().sync();
      }
      rename(partial, file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Forces a file's content, or a directory's entries, to disk. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Renames a file or directory that is already forced to disk; on return, the new name is on disk.
   */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(to.toAbsolutePath().getParent());
  }

  /** Deletes a file, or a directory and everything in it; a missing file counts as deleted. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path p : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }

  /**
   * Deletes an existing file; on return, the deletion is on disk.
   *
   * @throws FarsightException if it cannot be deleted
   */
  public static void deleteDurably(Path file) {
    try {
      Files.delete(file);
      force(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be deleted: " + reason(e), e);
    }
  }

  /** The error that a file cannot be written, with the reason. */
  public static FarsightException unwritable(Path path, IOException e) {
    return new FarsightException(path + ": cannot be written: " + reason(e), e);
  }

  /** The error that a file cannot be read, with the reason. */
  public static FarsightException unreadable(Path path, IOException e) {
    return new FarsightException(path + ": cannot be read: " + reason(e), e);
  }

  /** Why a file operation failed. The message of some exceptions is the file's name alone. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of that name exists";
    }
    if (e instanceof NotDirectoryException) {
      return "is not a directory";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    if (e instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
