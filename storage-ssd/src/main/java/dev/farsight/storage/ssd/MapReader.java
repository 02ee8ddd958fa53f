package dev.farsight.storage.ssd;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.RowBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.algo.hashing.LongHashFunction;

/**
 * Reads the rows of a map's file that nobody writes. Works without Chronicle Map, which opens files
 * for writing, locks segments in them, and trusts what they hold. Here the file is mapped
 * read-only, every access has bounds, and the checksum of each row is verified before it is copied.
 *
 * <p>A row costs a look-up in a hash table of the file, a hash over its bytes and one copy. Nothing
 * is allocated per row. Any number of threads may read.
 */
final class MapReader {

  private static final LongHashFunction HASH = LongHashFunction.xx_r39();
  private static final int NOT_THERE = -1;

  private final Path file;
  private final MapLayout layout;
  private final int rowBytes;

  /** Headers of segments. */
  private final ByteBuffer headers;

  /** Tiers, as many in each as fit. */
  private final ByteBuffer[] tiers;

  private final int tiersInOne;

  private MapReader(
      Path file,
      MapLayout layout,
      int rowBytes,
      ByteBuffer headers,
      ByteBuffer[] tiers,
      int tiersInOne) {
    this.file = file;
    this.layout = layout;
    this.rowBytes = rowBytes;
    this.headers = headers;
    this.tiers = tiers;
    this.tiersInOne = tiersInOne;
  }

  static MapReader open(Path file, MapLayout layout, int rowBytes) {
    return open(file, layout, rowBytes, RowBuffer.MAX_CHUNK_BYTES);
  }

  /** With tiers mapped in pieces of so many bytes, but at least one tier. For tests. */
  static MapReader open(Path file, MapLayout layout, int rowBytes, int mostBytes) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      int tiersInOne = Math.max(1, mostBytes / layout.tierBytes());
      var tiers = new ByteBuffer[(layout.tiers() + tiersInOne - 1) / tiersInOne];
      for (int i = 0; i < tiers.length; i++) {
        int first = i * tiersInOne;
        tiers[i] =
            map(
                channel,
                layout.tiersAt() + (long) first * layout.tierBytes(),
                (long) Math.min(tiersInOne, layout.tiers() - first) * layout.tierBytes());
      }
      ByteBuffer headers =
          map(channel, layout.headersAt(), (long) layout.segments() * layout.headerBytes());
      return new MapReader(file, layout, rowBytes, headers, tiers, tiersInOne);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static ByteBuffer map(FileChannel channel, long at, long bytes) throws IOException {
    return channel.map(MapMode.READ_ONLY, at, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Copies a row that was written to a row of a buffer.
   *
   * @throws dev.farsight.api.FarsightException if it is not there, or not as it was written
   */
  void read(long row, RowBuffer target, int position) {
    long hash = HASH.hashLong(row);
    int tier = layout.segment(hash);
    long next = headers.getLong(tier * layout.headerBytes() + MapLayout.NEXT_TIER_IN_HEADER);
    for (int seen = 0; seen < layout.tiers(); seen++) {
      ByteBuffer bytes = tiers[tier / tiersInOne];
      int tierAt = tier % tiersInOne * layout.tierBytes();
      int entry = find(bytes, tierAt, hash, row);
      if (entry != NOT_THERE) {
        int rowAt = entry + RowKey.BYTES;
        if (checksum(hash, bytes, rowAt) != bytes.getInt(rowAt + rowBytes)) {
          throw Damage.of(file, "row " + row + " fails its checksum");
        }
        target.bytes(position).put(target.byteAt(position), bytes, rowAt, rowBytes);
        return;
      }
      if (next < 1 || next > layout.tiers()) {
        break;
      }
      tier = (int) next - 1;
      next =
          tiers[tier / tiersInOne].getLong(
              tier % tiersInOne * layout.tierBytes() + layout.countersAt());
    }
    throw Damage.of(file, "row " + row + " was written and is not there any more");
  }

  /** Where the entry of a row begins. */
  private int find(ByteBuffer bytes, int tierAt, long hash, long row) {
    long wanted = layout.slotHash(hash);
    int slot = (int) wanted & (layout.slots() - 1);
    for (int seen = 0; seen < layout.slots(); seen++) {
      long found = layout.slot(bytes, tierAt + slot * layout.slotBytes());
      if (found == 0) {
        return NOT_THERE;
      }
      if ((found & (-1L >>> (Long.SIZE - layout.hashBits()))) == wanted) {
        long chunk = layout.chunk(found);
        if (chunk < layout.chunks()) {
          int entry = tierAt + layout.entriesAt() + (int) chunk * layout.chunkBytes();
          if (bytes.getLong(entry) == row) {
            return entry;
          }
        }
      }
      slot = (slot + 1) & (layout.slots() - 1);
    }
    return NOT_THERE;
  }

  /** As Chronicle Map computes it over key and value. */
  private int checksum(long keyHash, ByteBuffer bytes, int rowAt) {
    long rowHash = HASH.hashBytes(bytes, rowAt, rowBytes);
    long m = 0x9ae16a3b2f90404fL + (RowKey.BYTES << 1);
    long a = keyHash + 0x9ae16a3b2f90404fL;
    long c = Long.rotateRight(rowHash, 37) * m + a;
    long d = (Long.rotateRight(a, 25) + rowHash) * m;
    long e = (c ^ d) * m;
    e ^= e >>> 47;
    long f = (d ^ e) * m;
    f = (f ^ (f >>> 47)) * m;
    return (int) ((f >>> 32) ^ f);
  }
}
