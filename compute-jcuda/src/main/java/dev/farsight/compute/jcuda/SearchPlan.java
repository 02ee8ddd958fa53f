package dev.farsight.compute.jcuda;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * How {@link HashSearch} goes through a batch: the tiles of its lookups, and what each table has of
 * the entries, as {@code struct Tile} and {@code struct TableEntries} of search.cu have them.
 *
 * <p>Lookups come in table-major order: those of table 0, then of table 1 and so on, in a table by
 * lookup number. Memory: 16 bytes a table and a tile.
 */
final class SearchPlan {

  /** Lookups of a tile, as in search.cu. */
  static final int TILE = 2048;

  private static final int RECORD_BYTES = 16;

  /** A table of no more rows than this many times its lookups has an entry for each row. */
  private static final int ENTRIES_A_LOOKUP = 2;

  private final BatchSchema schema;

  /** Features table by table. */
  private final int[] order;

  /** Position of the first lookup of each feature in that order; one entry more than features. */
  private final int[] firstPositions;

  /** Of tables, one more than there are; then of tiles. */
  private final ByteBuffer records;

  private int tiles;
  private long entries;

  SearchPlan(BatchSchema schema, int batchSize, HostBuffers buffers) {
    this.schema = schema;
    order =
        IntStream.range(0, schema.tables().size())
            .flatMap(t -> IntStream.of(schema.featuresOf(t)))
            .toArray();
    firstPositions = new int[order.length + 1];
    records = buffers.bytes(maxBytes(schema, batchSize));
  }

  /** Most tiles that a batch can have. */
  static long maxTiles(BatchSchema schema, int batchSize) {
    return IntStream.range(0, schema.features().size())
        .mapToLong(f -> (schema.maxLookups(f, batchSize) + TILE - 1) / TILE)
        .sum();
  }

  /** Most entries that tables can have. */
  static long maxEntries(BatchSchema schema, int batchSize) {
    return IntStream.range(0, schema.tables().size())
        .mapToLong(t -> entries(schema, t, schema.maxTableLookups(t, batchSize)))
        .sum();
  }

  /** Most bytes of a plan. */
  static long maxBytes(BatchSchema schema, int batchSize) {
    return (schema.tables().size() + 1 + maxTiles(schema, batchSize)) * RECORD_BYTES;
  }

  private static long entries(BatchSchema schema, int table, long lookups) {
    return Math.min(schema.tables().get(table).rows(), ENTRIES_A_LOOKUP * lookups);
  }

  /** Makes the plan of a batch. */
  void make(Batch batch) {
    int tables = schema.tables().size();
    tiles = 0;
    entries = 0;
    int next = 0;
    for (int t = 0; t < tables; t++) {
      int firstTile = tiles;
      int firstPosition = firstPositions[next];
      while (next < order.length && schema.features().get(order[next]).table() == t) {
        addTiles(batch, next++, t);
      }
      long own = entries(schema, t, firstPositions[next] - firstPosition);
      boolean direct = own == schema.tables().get(t).rows();
      record(t, (int) entries, (int) own, direct ? 1 : 0, firstTile);
      entries += own;
    }
    record(tables, 0, 0, 0, tiles);
  }

  private void addTiles(Batch batch, int place, int table) {
    int feature = order[place];
    int first = firstPositions[place];
    int lookups = batch.lookups(feature);
    firstPositions[place + 1] = first + lookups;
    int shift = batch.lookupStart(feature) - first;
    for (long at = 0; at < lookups; at += TILE) {
      int count = (int) Math.min(TILE, lookups - at);
      record(schema.tables().size() + 1 + tiles++, first + (int) at, count, shift, table);
    }
  }

  private void record(int number, int a, int b, int c, int d) {
    int at = number * RECORD_BYTES;
    records.putInt(at, a);
    records.putInt(at + 4, b);
    records.putInt(at + 8, c);
    records.putInt(at + 12, d);
  }

  /** The records of tables, one more than there are, and then those of tiles. */
  ByteBuffer records() {
    return records;
  }

  /** How many bytes of them the batch has. */
  long recordBytes() {
    return tilesAt(schema) + (long) tiles * RECORD_BYTES;
  }

  /** Where the records of tiles begin. */
  static long tilesAt(BatchSchema schema) {
    return (schema.tables().size() + 1L) * RECORD_BYTES;
  }

  int tiles() {
    return tiles;
  }

  long entries() {
    return entries;
  }

  /** Position of the first lookup of the feature that is at this place of the order. */
  int firstPosition(int place) {
    return firstPositions[place];
  }

  /** The features in the order of their positions. */
  int feature(int place) {
    return order[place];
  }
}
