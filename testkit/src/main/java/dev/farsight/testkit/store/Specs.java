package dev.farsight.testkit.store;

import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;
import java.util.List;

/** Specs that are another one but for a part. */
final class Specs {

  private Specs() {}

  static StoreSpec in(Path directory, StoreSpec spec) {
    return new StoreSpec(
        spec.tables(), spec.format(), spec.initial(), spec.own(), spec.threads(), directory);
  }

  static StoreSpec withTables(TableSet tables, StoreSpec spec) {
    return with(tables, spec.format(), InitialRows.uniform(tables), spec.initial().seed(), spec);
  }

  static StoreSpec withFormat(RowFormat format, StoreSpec spec) {
    return with(spec.tables(), format, spec.initial().draws(), spec.initial().seed(), spec);
  }

  static StoreSpec withDraws(List<Draw> draws, StoreSpec spec) {
    return with(spec.tables(), spec.format(), draws, spec.initial().seed(), spec);
  }

  static StoreSpec withSeed(long seed, StoreSpec spec) {
    return with(spec.tables(), spec.format(), spec.initial().draws(), seed, spec);
  }

  private static StoreSpec with(
      TableSet tables, RowFormat format, List<Draw> draws, long seed, StoreSpec spec) {
    return new StoreSpec(
        tables,
        format,
        new InitialRows(tables, format, draws, seed, spec.initial().generation()),
        spec.own(),
        spec.threads(),
        spec.directory());
  }
}
