package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowNumbers;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a process holds of the rows, as a forecast: of tables that are divided by hash, its even
 * share. Of several processes that with most rows is meant.
 */
final class ProcessRows {

  private final Shapes shapes;

  ProcessRows(Shapes shapes) {
    this.shapes = shapes;
  }

  /**
   * With what the store of the process is opened.
   *
   * @param all rows of all processes
   */
  StoreSpec store(StoreSpec all) {
    if (shapes.processes() == 1) {
      return all;
    }
    TableSet own =
        IntStream.range(0, shapes.processes())
            .mapToObj(this::tables)
            .max(Comparator.comparingLong(TableSet::rows))
            .orElseThrow();
    return new StoreSpec(
        own,
        all.format(),
        all.initial().renumbered(own, row -> first(all.tables(), own, row)),
        all.own(),
        all.threads(),
        all.directory(),
        all.generations());
  }

  /** Any row of the same table does: nothing is drawn for a forecast. */
  private static long first(TableSet all, TableSet own, long row) {
    return all.offset(all.find(own.get(own.tableOf(row)).name()));
  }

  /** What tells which rows the process has. */
  MemoryForecast numbers() {
    return shapes.processes() == 1
        ? MemoryForecast.none()
        : MemoryForecast.of(
            Tier.HEAP, "which rows it has", RowNumbers.heapBytes(shapes.tables().rows()));
  }

  private TableSet tables(int process) {
    TableSet all = shapes.tables();
    List<Table> some = new ArrayList<>();
    for (int t = 0; t < all.size(); t++) {
      long rows = rows(t, process);
      if (rows > 0) {
        some.add(new Table(all.get(t).name(), (int) rows));
      }
    }
    // There is no store without tables.
    return new TableSet(some.isEmpty() ? List.of(new Table(all.get(0).name(), 1)) : some);
  }

  private long rows(int table, int process) {
    long rows = shapes.tables().get(table).rows();
    Sharding sharding = shapes.plan().sharding();
    Placement placement = sharding.of(table);
    return switch (placement.kind()) {
      case ROW -> (rows + shapes.processes() - 1) / shapes.processes();
      case TABLE -> placement.rank() / shapes.ranksOfProcess().size() == process ? rows : 0;
      case REPLICATED, COLUMN -> rows;
    };
  }
}
