package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.table.RowGroups;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The arrays of {@link FoundRows} on the device: {@code struct Found} of unique.cu, and the {@code
 * struct Piece}s that say what of it is delivered where.
 */
final class FoundOnDevice {

  /** An array: its words, and its words for each unique row. */
  private record Part(long words, long wordsARow) {}

  private static final int PARTS = 8;

  /** The first ones, which are all where there is one group. */
  private static final int UNGROUPED = 3;

  static final long ADDRESSES_BYTES = 8L * PARTS;
  private static final long PIECE_BYTES = 32;

  private final List<Part> parts;
  private final long address;
  private final ByteBuffer addresses;

  FoundOnDevice(RowGroups groups, int maxUniqueRows, DeviceMemory memory, PinnedMemory pinned) {
    List<Part> all =
        List.of(
            new Part(groups.tables().size() + 1L, 0),
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
  }

  /** Where the struct is on the device, once uploaded. */
  long address() {
    return address;
  }

  /** What the struct says. */
  Host addresses() {
    return Host.of(addresses);
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
