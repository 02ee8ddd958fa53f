package dev.farsight.api.internal;

import dev.farsight.api.FarsightException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
   * Writes a small file under another name, forces it to disk, then renames it.
   *
   * @throws FarsightException if it cannot be written
   */
  public static void write(Path file, Content content) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      // Always a new file: a symbolic link of that name must not lead the content elsewhere.
      Files.deleteIfExists(partial);
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

  /**
   * Deletes a file, or a directory and everything in it; a missing file counts as deleted. Symbolic
   * links are deleted, not followed.
   */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path p : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
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
      throw failed(file, "cannot be deleted", e);
    }
  }

  /** The error that a file cannot be written, with the reason. */
  public static FarsightException unwritable(Path path, IOException e) {
    return failed(path, "cannot be written", e);
  }

  /** The error that a file cannot be read, with the reason. */
  public static FarsightException unreadable(Path path, IOException e) {
    return failed(path, "cannot be read", e);
  }

  /**
   * The error that something cannot be done with a file or folder: where, what, why, and what to
   * do.
   *
   * @param what such as {@code cannot be made}
   */
  public static FarsightException failed(Path path, String what, IOException e) {
    return new FarsightException(path + ": " + what + ": " + IoReason.of(path, e), e);
  }
}
