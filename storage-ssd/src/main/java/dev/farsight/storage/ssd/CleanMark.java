package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
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
 * The file {@code written.rows}: there only while its store is closed and whole. It holds which
 * rows are in the maps, so that opening need not look; opening takes it away before the first
 * write. Where it is missing, or fails its checksum, the maps are recovered and asked.
 *
 * <pre>
 * "FSWR"  version  id of the store  { page number, page of {@link WrittenRows} }  -1  CRC32C
 * </pre>
 */
final class CleanMark {

  private static final Logger LOG = LoggerFactory.getLogger(CleanMark.class);
  private static final String FILE = "written.rows";
  private static final int MAGIC = 0x46535752;
  private static final int VERSION = 1;

  private CleanMark() {}

  static void leave(Path directory, String id, WrittenRows rows) {
    DurableFile.write(
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
   * Takes the mark away.
   *
   * @param count rows of all tables
   * @return the rows in the maps; empty where the store was not closed properly
   */
  static Optional<WrittenRows> take(Path directory, String id, long count) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<WrittenRows> rows = read(file, id, count);
    DurableFile.delete(file);
    return rows;
  }

  private static Optional<WrittenRows> read(Path file, String id, long count) {
    try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var checked = new CheckedInputStream(stream, new CRC32C());
      var in = new DataInputStream(checked);
      var rows = new WrittenRows(count);
      if (in.readInt() == MAGIC && in.readInt() == VERSION && in.readUTF().equals(id)) {
        rows.load(in);
        long sum = checked.getChecksum().getValue();
        if (in.readLong() == sum) {
          return Optional.of(rows);
        }
      }
      LOG.warn("{} is damaged: the store is recovered", file);
    } catch (IOException | IndexOutOfBoundsException e) {
      LOG.warn("{} is damaged ({}): the store is recovered", file, e.toString());
    } catch (OutOfMemoryError e) {
      throw new FarsightException(file + ": no memory to read it", e);
    }
    return Optional.empty();
  }
}
