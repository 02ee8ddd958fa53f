package dev.farsight.engine.build;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.plan.Deduper;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** Most rows that the ranks of a step can have, look up and send each other. */
final class ExchangeRoom {

  /** Times its share of the lookups of divided tables that a rank has room for. */
  private static final int UNEVEN = 4;

  private final BatchSchema schema;
  private final int batchSize;
  private final Sharding sharding;
  private final CacheNeed allNeed;
  private final CacheNeed rankNeed;

  /**
   * @param batchSize samples of all ranks
   */
  ExchangeRoom(BatchSchema schema, int batchSize, Sharding sharding) {
    this.schema = schema;
    this.batchSize = batchSize;
    this.sharding = sharding;
    allNeed = new CacheNeed(schema, batchSize);
    rankNeed = new CacheNeed(schema, batchSize / sharding.ranks());
  }

  /** Most rows that a batch can ask of a rank's cache. */
  int maxRows(int rank) {
    if (sharding.ranks() == 1) {
      return Deduper.maxUniqueRows(schema, batchSize);
    }
    return rowCount(owned(rank, allNeed::uniqueRows) + replicated(allNeed::uniqueRows));
  }

  /** Rows of all tables that a rank has, or a few more. */
  long rowsOfTables(int rank) {
    IntToLongFunction rows = table -> schema.tables().get(table).rows();
    return owned(rank, rows) + replicated(rows);
  }

  /** The largest sizes of all ranks. */
  ExchangeShape shape() {
    int ranks = sharding.ranks();
    long mostAsked = mostOfRank(rank -> owned(rank, table -> rows(table, false)));
    int mostRows = IntStream.range(0, ranks).map(this::maxRows).max().orElseThrow();
    return new ExchangeShape(
        ranks,
        Deduper.maxUniqueRows(schema, batchSize / ranks),
        rowCount(ranks * mostAsked),
        mostRows,
        rowCount(ranks * replicated(rankNeed::uniqueRows)),
        sharding.columns(),
        sums());
  }

  private long mostOfRank(IntToLongFunction ofRank) {
    return IntStream.range(0, sharding.ranks()).mapToLong(ofRank).max().orElseThrow();
  }

  /** Most rows of a table that a rank looks up, if ranks exchange sums of its bags, or do not. */
  private long rows(int table, boolean sums) {
    return sharding.sums(table) == sums ? rankNeed.uniqueRows(table) : 0;
  }

  private SummedBags sums() {
    if (!sharding.sums()) {
      return SummedBags.none();
    }
    long asked = mostOfRank(rank -> owned(rank, table -> rows(table, true)));
    return new SummedBags(
        schema.features().stream().map(feature -> owner(feature.table())).toList(),
        rowCount(sharding.ranks() * asked),
        rowCount(mostOfRank(this::lookups)));
  }

  private int owner(int table) {
    Placement placement = sharding.of(table);
    if (!placement.sums()) {
      return SummedBags.ROWS;
    }
    return placement.kind() == Kind.TABLE ? placement.rank() : SummedBags.ALL_RANKS;
  }

  /** Most lookups that a rank adds up, unless lookups of divided tables are very uneven. */
  private long lookups(int rank) {
    long whole = 0;
    long shared = 0;
    for (int t = 0; t < schema.tables().size(); t++) {
      long ofTable = schema.maxTableLookups(t, batchSize / sharding.ranks());
      boolean divided = sharding.sums(t) && sharding.of(t).kind() == Kind.ROW;
      shared += divided ? ofTable : 0;
      whole +=
          sharding.sums(t) && sharding.of(t).equals(Placement.on(rank).withSums()) ? ofTable : 0;
    }
    return sharding.ranks() * whole + Math.min(sharding.ranks(), UNEVEN) * shared;
  }

  /** Of the rows that tables have so many of, those that a rank can send. */
  private long owned(int rank, IntToLongFunction rowsOfTable) {
    long shared = 0;
    long whole = 0;
    for (int t = 0; t < schema.tables().size(); t++) {
      Kind kind = sharding.of(t).kind();
      shared += kind == Kind.ROW ? rowsOfTable.applyAsLong(t) : 0;
      boolean sent = kind == Kind.COLUMN || (kind == Kind.TABLE && sharding.of(t).rank() == rank);
      whole += sent ? rowsOfTable.applyAsLong(t) : 0;
    }
    return CacheNeed.mostInShare(shared, sharding.ranks()) + whole;
  }

  private long replicated(IntToLongFunction rowsOfTable) {
    return IntStream.range(0, schema.tables().size())
        .filter(sharding::replicates)
        .mapToLong(rowsOfTable)
        .sum();
  }

  private static int rowCount(long rows) {
    return (int) Math.min(rows, Integer.MAX_VALUE - 8);
  }
}
