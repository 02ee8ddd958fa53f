package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import jcuda.driver.JCudaDriver;

/**
 * The arrays of {@link FoundRows} on the device: {@code struct Found} of found.cu, and the {@code
 * struct Piece}s that say what of it is delivered where. Beside it, what tells the row id and the
 * group of an index.
 */
final class FoundOnDevice {

  /** An array: its words, and its words for each unique row. */
  private record Part(long words, long wordsARow) {}

  private static final int PARTS = 8;

  /** The first ones, which are all where there is one group. */
  private static final int UNGROUPED = 3;

  private static final int GROUP_STARTS = 3;

  private static final long ADDRESSES_BYTES = 8L * PARTS;
  private static final long PIECE_BYTES = 32;

  /** As in found.cu. */
  private static final int SHARES_BITS = 11;

  private final List<Part> parts;
  private final long address;
  private final ByteBuffer addresses;
  private final long offsets;
  private final long groupOfTable;

  /**
   * @param stream idle when the constructor returns
   */
  FoundOnDevice(
      RowGroups groups,
      int maxUniqueRows,
      DeviceMemory memory,
      PinnedMemory pinned,
      Stream stream) {
    TableSet tables = groups.tables();
    List<Part> all =
        List.of(
            new Part(tables.size() + 1L, 0),
            new Part(0, 2),
            new Part(0, 1),
            new Part(groups.count() + 1L, 0),
            new Part(0, 2),
            new Part(0, 1),
            new Part(0, 1),
            new Part(0, 1));
    parts = all.subList(0, groups.count() == 1 ? UNGROUPED : PARTS);
    address = memory.allocate("unique rows", ADDRESSES_BYTES);
    addresses = pinned.bytes(ADDRESSES_BYTES);
    for (Part part : parts) {
      long words = part.words() + part.wordsARow() * maxUniqueRows;
      addresses.putLong(memory.allocate("unique rows", words * Integer.BYTES));
    }
    offsets = memory.allocate("unique rows", (long) tables.size() * Long.BYTES);
    groupOfTable = memory.allocate("unique rows", (long) tables.size() * Integer.BYTES);
    ByteBuffer offsetOf = pinned.bytes((long) tables.size() * Long.BYTES);
    IntBuffer groupOf = pinned.ints(tables.size());
    for (int t = 0; t < tables.size(); t++) {
      offsetOf.putLong(t * Long.BYTES, tables.offset(t));
      groupOf.put(t, groups.firstGroup(t) << SHARES_BITS | groups.shares(t));
    }
    upload(address, addresses, ADDRESSES_BYTES, stream);
    upload(offsets, offsetOf, (long) tables.size() * Long.BYTES, stream);
    upload(groupOfTable, groupOf, (long) tables.size() * Integer.BYTES, stream);
    Gpu.synchronize(stream);
  }

  private static void upload(long to, Buffer from, long bytes, Stream stream) {
    Driver.check(
        "a copy to the device",
        JCudaDriver.cuMemcpyHtoDAsync(Device.at(to), Host.of(from), bytes, stream));
  }

  /** Where the struct is on the device. */
  long address() {
    return address;
  }

  /** Address of the row id of each table's first row. */
  long offsets() {
    return offsets;
  }

  /** Address of the groups of each table: the first one, and how many in the low bits. */
  long groupOfTable() {
    return groupOfTable;
  }

  /** Address of where groups start, if there are several. */
  long groupStarts() {
    return addresses.getLong(GROUP_STARTS * Long.BYTES);
  }

  int pieces() {
    return parts.size();
  }

  long piecesBytes() {
    return PIECE_BYTES * parts.size();
  }

  /** What is to be delivered to {@code rows}. */
  Host piecesTo(FoundRows rows, PinnedMemory pinned) {
    List<Buffer> to =
        List.of(
            rows.tableStarts(),
            rows.rows(),
            rows.occurrences(),
            rows.groupStarts(),
            rows.groupRows(),
            rows.groupOccurrences(),
            rows.groupNumbers(),
            rows.groupPositions());
    ByteBuffer pieces = pinned.bytes(piecesBytes());
    for (int p = 0; p < parts.size(); p++) {
      pieces.putLong(addresses.getLong(p * Long.BYTES));
      pieces.putLong(Host.of(to.get(p)).address());
      pieces.putLong(parts.get(p).words());
      pieces.putLong(parts.get(p).wordsARow());
    }
    return Host.of(pieces);
  }
}
