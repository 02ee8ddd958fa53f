package dev.farsight.storage.ssd;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are in a map's file, once its head is found to make sense. The tiers of all
 * segments, then the extra tiers, lie one behind the other:
 *
 * <pre>
 * file     head | headers of segments | tier 0 | tier 1 | ... | extra tiers
 * header   8 lock  4 rows  4 lowest free chunk  8 next tier, from 1; 0: none
 * tier     hash table | 64 counters | free chunks | entries
 * counters 8 next tier  8 previous  8 lowest free chunk  4 segment  4 number  4 rows; of extra tiers
 * entry    8 row id | row | 4 checksum
 * slot     of the hash table: bits of the key's hash, above them the number of a chunk; 0: empty
 * </pre>
 *
 * @param segments how many there are, a power of two
 * @param headersAt where their headers begin
 * @param headerBytes bytes of one
 * @param tiersAt where the tiers begin
 * @param tierBytes bytes of one
 * @param tiers how many there are, extra ones included
 * @param slots of a tier's hash table, a power of two
 * @param slotBytes 4 or 8
 * @param hashBits bits of a slot that hold the key's hash
 * @param chunkBits bits of a slot above them that hold the number of a chunk
 * @param countersAt where a tier's counters are in it
 * @param entriesAt where a tier's entries are in it
 * @param chunks how many a tier has; an entry takes one
 * @param chunkBytes bytes of one
 */
record MapLayout(
    int segments,
    long headersAt,
    int headerBytes,
    long tiersAt,
    int tierBytes,
    int tiers,
    int slots,
    int slotBytes,
    int hashBits,
    int chunkBits,
    int countersAt,
    int entriesAt,
    int chunks,
    int chunkBytes) {

  static final int ROWS_IN_HEADER = 8;
  static final int NEXT_TIER_IN_HEADER = 16;
  static final int ROWS_IN_COUNTERS = 32;

  private static final int COUNTERS_BYTES = 64;
  private static final int MOST_SEGMENTS = 1 << 16;
  private static final int PAGE = 4096;

  /**
   * The layout that a head tells.
   *
   * @param fileBytes bytes of the file; nothing may lie beyond
   * @throws dev.farsight.api.FarsightException if the head contradicts itself, the file's size or
   *     the rows' size: the file would be grown, or read where it has no rows
   */
  static MapLayout of(Path file, MapHead head, long fileBytes, int rowBytes) {
    var numbers = new Numbers(file, head.numbers());
    int segments = numbers.get("actualSegments", 1, MOST_SEGMENTS);
    int headerBytes = numbers.get("segmentHeaderSize", 32, PAGE);
    int tierBytes = numbers.get("tierSize", 1, Integer.MAX_VALUE);
    int tableBytes = numbers.get("tierHashLookupOuterSize", 1, tierBytes);
    int freeBytes = numbers.get("tierFreeListOuterSize", 1, tierBytes);
    int slots = numbers.get("tierHashLookupCapacity", 1, tierBytes);
    int slotBytes = numbers.get("tierHashLookupSlotSize", 4, 8);
    int hashBits = numbers.get("tierHashLookupKeyBits", 1, Long.SIZE);
    int chunkBits = numbers.get("tierHashLookupValueBits", 0, Long.SIZE);
    int chunks = numbers.get("actualChunksPerSegmentTier", 1, tierBytes);
    int chunkBytes = numbers.get("chunkSize", 1, tierBytes);
    long bulkTiers = numbers.get("tiersInBulk", 1, MOST_SEGMENTS);
    long entriesAt = (long) tableBytes + COUNTERS_BYTES + freeBytes;
    numbers.require(Integer.bitCount(segments) == 1, "actualSegments");
    numbers.require(Integer.bitCount(slots) == 1, "tierHashLookupCapacity");
    numbers.require(slotBytes == 4 || slotBytes == 8, "tierHashLookupSlotSize");
    numbers.require((long) slots * slotBytes <= tableBytes, "tierHashLookupOuterSize");
    numbers.require(hashBits + chunkBits <= slotBytes * Byte.SIZE, "tierHashLookupKeyBits");
    numbers.require(
        chunkBytes >= RowKey.BYTES + rowBytes + Integer.BYTES
            && head.numbers().getOrDefault("maxChunksPerEntry", 0L) == 1,
        "chunkSize");
    numbers.require(
        head.numbers().getOrDefault("keySizeMarshaller.constantSize", 0L) == RowKey.BYTES,
        "keySizeMarshaller");
    numbers.require(
        head.numbers().getOrDefault("valueSizeMarshaller.constantSize", 0L) == rowBytes,
        "valueSizeMarshaller");
    numbers.require(entriesAt + (long) chunks * chunkBytes <= tierBytes, "tierSize");
    numbers.require(
        head.numbers().getOrDefault("tierBulkSizeInBytes", 0L) == bulkTiers * tierBytes,
        "tierBulkSizeInBytes");
    long tiersAt = head.segmentsAt() + (long) segments * headerBytes;
    long firstTiers = tiersAt + (long) segments * tierBytes;
    long bulks = (head.usedBytes() - firstTiers) / (bulkTiers * tierBytes);
    long end = firstTiers + head.extraBulks() * bulkTiers * tierBytes;
    // A process that is killed while it makes room has counted it in one place and not yet in both.
    boolean sensible =
        head.segmentsAt() > 0
            && head.segmentsAt() % PAGE == 0
            && bulks >= 0
            && head.usedBytes() == firstTiers + bulks * bulkTiers * tierBytes
            && (head.extraBulks() == bulks || head.extraBulks() == bulks + 1)
            && ((end + PAGE - 1) & -PAGE) <= fileBytes
            && segments + head.extraBulks() * bulkTiers <= Integer.MAX_VALUE;
    if (!sensible) {
      throw Damage.of(file, "its head does not fit its size of " + fileBytes + " bytes");
    }
    return new MapLayout(
        segments,
        head.segmentsAt(),
        headerBytes,
        tiersAt,
        tierBytes,
        (int) (segments + head.extraBulks() * bulkTiers),
        slots,
        slotBytes,
        hashBits,
        chunkBits,
        tableBytes,
        (int) entriesAt,
        chunks,
        chunkBytes);
  }

  /** The segment of a key's hash. */
  int segment(long hash) {
    return (int) hash & (segments - 1);
  }

  /** What of a key's hash is in the slots of its segment's hash table; never 0. */
  long slotHash(long hash) {
    long mask = -1L >>> (Long.SIZE - hashBits);
    long bits = (hash >>> Integer.numberOfTrailingZeros(segments)) & mask;
    return bits == 0 ? mask : bits;
  }

  /** A slot of a tier's hash table. */
  long slot(ByteBuffer bytes, int at) {
    return slotBytes == Long.BYTES ? bytes.getLong(at) : bytes.getInt(at) & 0xffff_ffffL;
  }

  /** The chunk that a slot names, which may lie beyond the tier if the file is damaged. */
  long chunk(long slot) {
    return (slot >>> hashBits) & ((1L << chunkBits) - 1);
  }

  /** The numbers of a head, checked one by one. */
  private record Numbers(Path file, Map<String, Long> all) {

    int get(String name, int min, int max) {
      long number = all.getOrDefault(name, min - 1L);
      require(number >= min && number <= max, name);
      return (int) number;
    }

    void require(boolean fits, String name) {
      if (!fits) {
        throw Damage.of(file, name + " in its head is not that of a store");
      }
    }
  }
}
