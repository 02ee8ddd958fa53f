package dev.farsight.storage.ssd;

import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks at the parts of a map's file that Chronicle Map follows without a check when it is written
 * to: locks of segments, for which it would wait a minute; links between tiers, by which it would
 * grow the file; and, where a chunk too far is beyond the file, the hash table. Reads the headers
 * of segments, at most some megabytes, and the extra tiers, of which there are few or none.
 */
final class SegmentCheck {

  private final MapLayout layout;
  private final FileChannel channel;

  private SegmentCheck(MapLayout layout, FileChannel channel) {
    this.layout = layout;
    this.channel = channel;
  }

  /** Whether the file can be opened to write as it is; otherwise it has to be recovered. */
  static boolean sound(Path file, MapLayout layout) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      var check = new SegmentCheck(layout, channel);
      return check.headersSound() && check.tiersSound();
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /** How many rows the segments of a file count. */
  static long rows(Path file, MapLayout layout) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return new SegmentCheck(layout, channel).rows();
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private long rows() throws IOException {
    long rows = 0;
    ByteBuffer headers = read(layout.headersAt(), layout.segments() * layout.headerBytes());
    for (int segment = 0; segment < layout.segments(); segment++) {
      rows += headers.getInt(segment * layout.headerBytes() + MapLayout.ROWS_IN_HEADER);
    }
    for (int tier = layout.segments(); tier < layout.tiers(); tier++) {
      long at = layout.tiersAt() + (long) tier * layout.tierBytes() + layout.countersAt();
      rows += read(at + MapLayout.ROWS_IN_COUNTERS, Integer.BYTES).getInt(0);
    }
    return rows;
  }

  private boolean headersSound() throws IOException {
    ByteBuffer headers = read(layout.headersAt(), layout.segments() * layout.headerBytes());
    for (int segment = 0; segment < layout.segments(); segment++) {
      int at = segment * layout.headerBytes();
      boolean free = headers.getLong(at) == 0;
      long next = headers.getLong(at + MapLayout.NEXT_TIER_IN_HEADER);
      if (!free || (next != 0 && !extra(next))) {
        return false;
      }
    }
    return true;
  }

  private boolean tiersSound() throws IOException {
    for (int tier = layout.segments() - 1; tier < layout.tiers(); tier++) {
      long at = layout.tiersAt() + (long) tier * layout.tierBytes();
      ByteBuffer counters = read(at + layout.countersAt(), 2 * Long.BYTES);
      long next = counters.getLong(0);
      long previous = counters.getLong(Long.BYTES);
      boolean linked =
          tier < layout.segments()
              || ((next == 0 || extra(next)) && previous >= 0 && previous <= layout.tiers());
      if (!linked || !tableSound(at)) {
        return false;
      }
    }
    return true;
  }

  private boolean tableSound(long at) throws IOException {
    ByteBuffer table = read(at, layout.slots() * layout.slotBytes());
    for (int slot = 0; slot < layout.slots(); slot++) {
      if (layout.chunk(layout.slot(table, slot * layout.slotBytes())) >= layout.chunks()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a link, counted from 1, leads to an extra tier. */
  private boolean extra(long link) {
    return link > layout.segments() && link <= layout.tiers();
  }

  private ByteBuffer read(long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("its end came early");
      }
    }
    return buffer.flip();
  }
}
