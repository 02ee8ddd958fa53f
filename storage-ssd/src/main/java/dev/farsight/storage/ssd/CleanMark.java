package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.table.RowBits;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file {@code written.rows}, which exists only while its store is closed and whole. It lists
 * the rows in the maps, so that opening need not search them. Opening a store to write renames it
 * to {@code written.before} before the first write; opening it to read leaves it. If it is missing,
 * the maps have to be recovered and searched, and {@code written.before} tells which rows must be
 * found.
 *
 * <pre>
 * "FSWR"  2  id of the store  rows  lost rows  number of maps  { bytes of a map's file }  CRC32C
 * </pre>
 *
 * <p>Rows are as of {@link RowBits#save}. Version 1 had neither lost rows nor sizes.
 *
 * @param rows the rows in the maps
 * @param lost rows that were in the maps once, were not found by a recovery, and have not been
 *     written since
 * @param mapBytes the size of each map's file; empty if not known
 */
record CleanMark(RowBits rows, RowBits lost, List<Long> mapBytes) {

  private static final String FILE = "written.rows";
  private static final String BEFORE = "written.before";
  private static final int MAGIC = 0x46535752;
  private static final int FIRST_VERSION = 1;
  private static final int VERSION = 2;

  /** The names of both files. */
  static final List<String> FILES = List.of(FILE, BEFORE);

  void leave(Path directory, String id) {
    DurableFiles.write(
        directory.resolve(FILE),
        out -> {
          var checked = new CheckedOutputStream(out, new CRC32C());
          var data = new DataOutputStream(checked);
          data.writeInt(MAGIC);
          data.writeInt(VERSION);
          data.writeUTF(id);
          rows.save(data);
          lost.save(data);
          data.writeInt(mapBytes.size());
          for (long bytes : mapBytes) {
            data.writeLong(bytes);
          }
          out.writeLong(checked.getChecksum().getValue());
        });
    Path before = directory.resolve(BEFORE);
    if (Files.exists(before, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.deleteDurably(before);
    }
  }

  /** Takes the mark away, before the first write; keeps its list for a recovery. */
  static void take(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        DurableFiles.rename(file, directory.resolve(BEFORE));
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /** Deletes the mark and what is left of the one before. */
  static void delete(Path directory) {
    for (String name : FILES) {
      if (Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        DurableFiles.deleteDurably(directory.resolve(name));
      }
    }
  }

  /** Whether the store was closed properly. */
  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads the mark, which exists, and leaves it where it is.
   *
   * @param count rows of all tables
   * @throws FarsightException if it is damaged
   */
  static CleanMark read(Path directory, String id, long count) {
    return parse(directory.resolve(FILE), id, count);
  }

  /**
   * The last mark, taken away or not, which lists the rows that a recovery must find.
   *
   * @return null if there is none
   * @throws FarsightException if it is damaged
   */
  static CleanMark last(Path directory, String id, long count) {
    Path before = directory.resolve(BEFORE);
    if (exists(directory)) {
      return read(directory, id, count);
    }
    return Files.exists(before, LinkOption.NOFOLLOW_LINKS) ? parse(before, id, count) : null;
  }

  private static CleanMark parse(Path file, String id, long count) {
    Damage.requireFile(file);
    try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var checked = new CheckedInputStream(stream, new CRC32C());
      var in = new DataInputStream(checked);
      int magic = in.readInt();
      int version = in.readInt();
      if (magic != MAGIC || version < FIRST_VERSION || version > VERSION) {
        throw Damage.of(file, "it does not begin as a list of rows");
      }
      if (!in.readUTF().equals(id)) {
        throw Damage.of(file, "it belongs to another store");
      }
      var rows = new RowBits(count);
      var lost = new RowBits(count);
      List<Long> mapBytes = new ArrayList<>();
      rows.load(in);
      if (version > FIRST_VERSION) {
        lost.load(in);
        for (int maps = in.readInt(); maps > 0; maps--) {
          mapBytes.add(in.readLong());
        }
      }
      long sum = checked.getChecksum().getValue();
      if (in.readLong() != sum || in.read() >= 0) {
        throw Damage.of(file, "it fails its checksum");
      }
      return new CleanMark(rows, lost, mapBytes);
    } catch (IOException e) {
      throw Damage.of(file, "it cannot be read to its end", e);
    } catch (OutOfMemoryError e) {
      throw new FarsightException(file + ": no memory to read it", e);
    }
  }
}
