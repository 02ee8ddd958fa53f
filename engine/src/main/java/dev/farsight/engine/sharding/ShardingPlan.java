package dev.farsight.engine.sharding;

import com.typesafe.config.Config;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Exchange;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How the rows of a run are divided over its devices, and what was known when that was decided. A
 * run with as many devices and the same tables can follow it whatever would be measured now.
 * Immutable.
 *
 * @param sharding the decision
 * @param measured where the loads come from, in words
 * @param loads what a step asks of each table; empty if there is one device
 * @param rates what each device is expected to reach; null if there is one
 * @param costs what a step is expected to cost each device; empty if there is one
 */
public record ShardingPlan(
    Sharding sharding,
    String measured,
    List<TableLoad> loads,
    DeviceRates rates,
    List<StepCost> costs) {

  /** The key in reports and checkpoints. */
  public static final String KEY = "sharding";

  public ShardingPlan {
    loads = List.copyOf(loads);
    costs = List.copyOf(costs);
  }

  /** All rows on the only device: nothing to plan. */
  public static ShardingPlan ofOneDevice(TableSet tables) {
    return new ShardingPlan(Sharding.none(tables), "", List.of(), null, List.of());
  }

  /** Plans, for several devices. */
  public static ShardingPlan of(
      StepModel model,
      String measured,
      List<TableLoad> loads,
      List<Choice> choices,
      List<ExchangeChoice> exchanges) {
    Sharding sharding = ShardingPlanner.plan(model, loads, choices, exchanges);
    List<StepCost> costs = ShardingPlanner.costs(model, loads, sharding);
    return new ShardingPlan(sharding, measured, loads, model.rates(), costs);
  }

  public int devices() {
    return sharding.ranks();
  }

  /**
   * Why a run cannot follow this plan, such as {@code is for 2 devices, not for 3}; empty if it
   * can.
   */
  public Optional<String> differenceTo(int devices, TableSet tables) {
    if (devices != devices()) {
      return Optional.of(
          String.format(Locale.ROOT, "is for %d devices, not for %d", devices(), devices));
    }
    return planned().differenceTo(tables).map(difference -> "has " + difference);
  }

  private TableSet planned() {
    return new TableSet(
        loads.stream().map(load -> new Table(load.table(), Math.toIntExact(load.rows()))).toList());
  }

  /**
   * What settings ask for and this plan does not have, such as {@code has table C1 by row,
   * sharding.tables.C1 is table}; empty if they agree.
   */
  public Optional<String> differenceTo(ShardingSettings wanted) {
    for (int t = 0; t < loads.size(); t++) {
      String table = loads.get(t).table();
      Choice choice = wanted.of(table);
      Kind kind = sharding.of(t).kind();
      if (choice != Choice.AUTO && !choice.name().equals(kind.name())) {
        String key = wanted.tables().containsKey(table) ? "tables." + table : "default";
        return Optional.of(
            "has table %s as %s, sharding.%s is %s"
                .formatted(
                    Quoted.of(table),
                    kind.name().toLowerCase(Locale.ROOT),
                    key,
                    choice.name().toLowerCase(Locale.ROOT)));
      }
      ExchangeChoice exchange = wanted.exchangeOf(table);
      Exchange planned = sharding.of(t).exchange();
      boolean exchanges = kind == Kind.ROW || kind == Kind.TABLE;
      if (exchanges && exchange != ExchangeChoice.AUTO && !exchange.name().equals(planned.name())) {
        String key = wanted.exchanges().containsKey(table) ? "exchanges." + table : "exchange";
        return Optional.of(
            "exchanges %s of table %s, sharding.%s is %s"
                .formatted(
                    planned.name().toLowerCase(Locale.ROOT),
                    Quoted.of(table),
                    key,
                    exchange.name().toLowerCase(Locale.ROOT)));
      }
    }
    return Optional.empty();
  }

  /** For files and reports; null if there is one device. */
  public Map<String, Object> json() {
    return devices() == 1 ? null : PlanJson.of(this);
  }

  /**
   * Reads what {@link #json} made.
   *
   * @throws IllegalArgumentException if it is not a plan
   */
  public static ShardingPlan of(Config json) {
    ShardingPlan plan = PlanJson.read(json);
    // Throws if tables are named twice, or have no rows.
    plan.planned();
    return plan;
  }
}
