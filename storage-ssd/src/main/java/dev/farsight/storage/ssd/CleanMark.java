package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.table.RowBits;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code written.rows}, which exists only while its store is closed and whole. It lists
 * the rows in the maps, so that opening need not search them. Opening a store to write takes the
 * mark away before the first write; opening it to read leaves the mark. If it is missing or fails
 * its checksum, the maps have to be recovered and searched.
 *
 * <pre>
 * "FSWR"  version  id of the store  { page number, page of {@link RowBits#save} }  -1  CRC32C
 * </pre>
 */
final class CleanMark {

  private static final Logger LOG = LoggerFactory.getLogger(CleanMark.class);
  private static final String FILE = "written.rows";
  private static final int MAGIC = 0x46535752;
  private static final int VERSION = 1;

  private CleanMark() {}

  static void leave(Path directory, String id, RowBits rows) {
    DurableFiles.write(
        directory.resolve(FILE),
        out -> {
          var checked = new CheckedOutputStream(out, new CRC32C());
          var data = new DataOutputStream(checked);
          data.writeInt(MAGIC);
          data.writeInt(VERSION);
          data.writeUTF(id);
          rows.save(data);
          out.writeLong(checked.getChecksum().getValue());
        });
  }

  /**
   * Reads the mark and takes it away.
   *
   * @param count rows of all tables
   * @return the rows in the maps; empty if the store was not closed properly
   */
  static Optional<RowBits> take(Path directory, String id, long count) {
    Optional<RowBits> rows = read(directory, id, count);
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      DurableFiles.deleteDurably(file);
    }
    return rows;
  }

  /** As {@link #take}, but leaves the mark where it is. */
  static Optional<RowBits> read(Path directory, String id, long count) {
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? parse(file, id, count) : Optional.empty();
  }

  private static Optional<RowBits> parse(Path file, String id, long count) {
    try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var checked = new CheckedInputStream(stream, new CRC32C());
      var in = new DataInputStream(checked);
      var rows = new RowBits(count);
      if (in.readInt() == MAGIC && in.readInt() == VERSION && in.readUTF().equals(id)) {
        rows.load(in);
        long sum = checked.getChecksum().getValue();
        if (in.readLong() == sum) {
          return Optional.of(rows);
        }
      }
      LOG.warn("{} is damaged: the store needs recovery", file);
    } catch (IOException | IndexOutOfBoundsException e) {
      LOG.warn("{} is damaged ({}): the store needs recovery", file, e.toString());
    } catch (OutOfMemoryError e) {
      throw new FarsightException(file + ": no memory to read it", e);
    }
    return Optional.empty();
  }
}
