package dev.farsight.engine.build;

import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which tables can exchange sums of bags: those whose features all add up, if rows are whole and
 * the backend can. The largest of some values cannot be told from sums.
 */
final class SumCheck {

  private final Settings farsight;
  private final ComputeFactory compute;
  private final BatchSchema schema;
  private final int devices;

  SumCheck(EngineSettings settings, ComputeFactory compute, BatchSchema schema, int devices) {
    this.farsight = settings.farsight();
    this.compute = compute;
    this.schema = schema;
    this.devices = devices;
  }

  /**
   * Checks what the settings ask for, if they ask for sums and there are several devices. What they
   * ask of all tables leaves out those that are replicated.
   *
   * @throws dev.farsight.api.config.ConfigException if it is not possible
   */
  void requireWanted(ShardingSettings wanted) {
    if (devices == 1) {
      return;
    }
    for (int t = 0; t < schema.tables().size(); t++) {
      String table = schema.tables().get(t).name();
      boolean named = wanted.exchanges().containsKey(table);
      if (wanted.exchangeOf(table) == ExchangeChoice.SUMS
          && (named || wanted.of(table) != Choice.REPLICATED)) {
        requirePossible(wanted, t, named);
      }
    }
  }

  private void requirePossible(ShardingSettings wanted, int table, boolean named) {
    Optional<String> reason = notOf(wanted, table).or(() -> impossible(table));
    if (reason.isPresent()) {
      Settings sharding = farsight.section("sharding");
      throw named
          ? sharding.section("exchanges").bad(schema.tables().get(table).name(), reason.get())
          : sharding.bad("exchange", reason.get());
    }
  }

  private Optional<String> notOf(ShardingSettings wanted, int table) {
    boolean columns =
        schema.tables().tables().stream()
            .map(Table::name)
            .anyMatch(name -> wanted.of(name) == Choice.COLUMN);
    boolean replicated = wanted.of(schema.tables().get(table).name()) == Choice.REPLICATED;
    return columns || replicated
        ? Optional.of(
            "is not possible for table %s, which is %s; use rows"
                .formatted(
                    schema.tables().get(table).name(),
                    columns ? "divided by column" : "replicated"))
        : Optional.empty();
  }

  /** Why a table cannot exchange sums; empty if it can. */
  private Optional<String> impossible(int table) {
    if (ShardingSettings.processes(farsight) > 1) {
      // An owner would need to know the lookups of other processes' samples.
      return Optional.of("is not possible with several processes; use rows");
    }
    if (!compute.exchangesSums()) {
      return Optional.of(
          "exchanges sums of bags, which compute.backend = %s does not; use rows"
              .formatted(compute.name()));
    }
    return Arrays.stream(schema.featuresOf(table))
        .mapToObj(schema.features()::get)
        .filter(SumCheck::takesLargest)
        .findFirst()
        .map(
            feature ->
                String.format(
                    Locale.ROOT,
                    "is not possible for table %s, of which feature %s takes the max; set sharding.exchanges.%s = rows",
                    schema.tables().get(table).name(),
                    feature.name(),
                    schema.tables().get(table).name()));
  }

  private static boolean takesLargest(Feature feature) {
    return !feature.oneHot() && feature.pooling() == Pooling.MAX;
  }

  /** What is left to a plan, by table. */
  List<ExchangeChoice> choices(ShardingSettings wanted) {
    return IntStream.range(0, schema.tables().size())
        .mapToObj(
            t ->
                impossible(t).isPresent()
                    ? ExchangeChoice.ROWS
                    : chosen(wanted.exchangeOf(schema.tables().get(t).name())))
        .toList();
  }

  private ExchangeChoice chosen(ExchangeChoice wanted) {
    return wanted == ExchangeChoice.AUTO && !compute.prefersSums() ? ExchangeChoice.ROWS : wanted;
  }

  /** Why a run cannot follow a decision; empty if it can. */
  Optional<String> difference(Sharding sharding) {
    return IntStream.range(0, schema.tables().size())
        .filter(t -> sharding.sums(t) && impossible(t).isPresent())
        .mapToObj(
            t ->
                "exchanges sums of table %s, which this run cannot"
                    .formatted(schema.tables().get(t).name()))
        .findFirst();
  }
}
