package dev.farsight.engine.remote;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The files below a folder that all processes of a run reach. An object store can be one: files are
 * written as a whole, and nothing is renamed or changed. Names are relative to the folder, with
 * {@code /} between their parts.
 *
 * <p>Two things are relied on. A file whose {@link #write} has returned is whole, stays, and is
 * seen by all that list or read later. And {@link #list} misses none of these. Of a write that
 * fails, anything may be left.
 *
 * <p>Safe for use by several threads.
 */
public interface RemoteFiles {

  /** The folder's, for messages. */
  String address();

  /** The names of all files below a folder; empty if there is no such folder. */
  List<String> list(String folder) throws IOException;

  /**
   * Writes a file, in place of an earlier one.
   *
   * @param bytes how many the content has
   */
  void write(String name, InputStream content, long bytes) throws IOException;

  /**
   * @throws java.io.FileNotFoundException if there is no such file
   */
  InputStream read(String name) throws IOException;

  /** Deletes a file; a missing one counts as deleted. */
  void delete(String name) throws IOException;
}
