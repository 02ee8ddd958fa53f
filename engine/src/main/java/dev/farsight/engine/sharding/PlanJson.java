package dev.farsight.engine.sharding;

import com.typesafe.config.Config;
import dev.farsight.api.compute.DeviceRates;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Exchange;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A {@link ShardingPlan} as JSON. */
final class PlanJson {

  private static final int FORMAT = 1;
  private static final int MOST_DEVICES = 1024;
  private static final String TABLE = "table";
  private static final String ROWS = "rows";

  private PlanJson() {}

  static Map<String, Object> of(ShardingPlan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("devices", plan.devices());
    json.put("measured", plan.measured());
    json.put(
        "rates",
        Map.of(
            "link", plan.rates().link(),
            "memory", plan.rates().memory(),
            "host", plan.rates().host()));
    var tables = new ArrayList<Map<String, Object>>();
    for (int t = 0; t < plan.loads().size(); t++) {
      tables.add(json(plan.loads().get(t), plan.sharding().of(t)));
    }
    json.put("tables", tables);
    json.put("costs", plan.costs().stream().map(PlanJson::json).toList());
    return json;
  }

  private static Map<String, Object> json(TableLoad load, Placement placement) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(TABLE, load.table());
    json.put(ROWS, load.rows());
    json.put("kind", placement.kind().name().toLowerCase(Locale.ROOT));
    json.put("device", placement.kind() == Kind.TABLE ? placement.rank() : null);
    json.put("exchange", placement.exchange().name().toLowerCase(Locale.ROOT));
    json.put("device_rows", load.rankRows());
    json.put("step_rows", load.stepRows());
    json.put("missed_rows", load.missedRows());
    json.put("device_bags", load.rankBags());
    json.put("device_lookups", load.rankLookups());
    return json;
  }

  private static Map<String, Object> json(StepCost cost) {
    return Map.of(
        "exchange_bytes", cost.exchangeBytes(),
        "exchange_seconds", cost.exchangeSeconds(),
        "update_seconds", cost.updateSeconds(),
        "move_seconds", cost.moveSeconds());
  }

  static ShardingPlan read(Config json) {
    if (json.getInt("format") != FORMAT) {
      throw new IllegalArgumentException(
          "a plan of format " + json.getInt("format") + ", this farsight reads " + FORMAT);
    }
    int devices = json.getInt("devices");
    if (devices < 2 || devices > MOST_DEVICES) {
      throw new IllegalArgumentException("a plan for " + devices + " devices");
    }
    var loads = new ArrayList<TableLoad>();
    var placements = new ArrayList<Placement>();
    for (Config table : json.getConfigList("tables")) {
      loads.add(
          new TableLoad(
              table.getString(TABLE),
              table.getInt(ROWS),
              table.getDouble("device_rows"),
              table.getDouble("step_rows"),
              table.getDouble("missed_rows"),
              table.getDouble("device_bags"),
              table.getDouble("device_lookups")));
      Exchange exchange = Exchange.valueOf(table.getString("exchange").toUpperCase(Locale.ROOT));
      Placement placement = placement(table, devices);
      placements.add(new Placement(placement.kind(), placement.rank(), exchange));
    }
    var costs = new ArrayList<StepCost>();
    for (Config cost : json.getConfigList("costs")) {
      costs.add(
          new StepCost(
              cost.getLong("exchange_bytes"),
              cost.getDouble("exchange_seconds"),
              cost.getDouble("update_seconds"),
              cost.getDouble("move_seconds")));
    }
    Config rates = json.getConfig("rates");
    if (costs.size() != devices) {
      throw new IllegalArgumentException("costs of " + costs.size() + " devices of " + devices);
    }
    return new ShardingPlan(
        new Sharding(devices, placements),
        json.getString("measured"),
        loads,
        new DeviceRates(
            rates.getDouble("link"), rates.getDouble("memory"), rates.getDouble("host")),
        costs);
  }

  private static Placement placement(Config table, int devices) {
    Kind kind = Kind.valueOf(table.getString("kind").toUpperCase(Locale.ROOT));
    return switch (kind) {
      case ROW -> Placement.ROW;
      case REPLICATED -> Placement.REPLICATED;
      case COLUMN -> Placement.COLUMN;
      case TABLE -> {
        int device = table.getInt("device");
        if (device < 0 || device >= devices) {
          throw new IllegalArgumentException("device " + device + " of " + devices);
        }
        yield Placement.on(device);
      }
    };
  }
}
