package dev.farsight.engine.build;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.plan.Deduper;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** Most rows that the ranks of a step can have, look up and send each other. */
final class ExchangeRoom {

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
    long mostAsked =
        IntStream.range(0, ranks)
            .mapToLong(rank -> owned(rank, rankNeed::uniqueRows))
            .max()
            .orElseThrow();
    int mostRows = IntStream.range(0, ranks).map(this::maxRows).max().orElseThrow();
    return new ExchangeShape(
        ranks,
        Deduper.maxUniqueRows(schema, batchSize / ranks),
        rowCount(ranks * mostAsked),
        mostRows,
        rowCount(ranks * replicated(rankNeed::uniqueRows)),
        sharding.columns());
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
