package dev.farsight.cli;

import dev.farsight.api.compute.DeviceRates;
import dev.farsight.engine.Preview;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.sharding.ShardingPlan;
import dev.farsight.engine.sharding.StepCost;
import dev.farsight.engine.sharding.TableLoad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How tables are divided over devices, in lines: tables that are divided alike share one. */
final class PlanLines {

  private static final int MOST_NAMES = 3;

  private final ShardingPlan plan;
  private final List<Long> deviceBytes;
  private final int rowBytes;

  private PlanLines(Preview preview) {
    plan = preview.plan();
    deviceBytes = preview.deviceBytes();
    rowBytes = preview.rowBytes();
  }

  /** Empty if there is one device. */
  static List<String> of(Preview preview) {
    return preview.plan().devices() == 1 ? List.of() : new PlanLines(preview).lines();
  }

  private List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("tables over " + plan.devices() + " devices, by " + plan.measured() + ":");
    lines.addAll(indented(tables()));
    DeviceRates rates = plan.rates();
    lines.add(
        String.format(
            Locale.ROOT,
            "a step of each device beside its computing, expected at %s/s between devices, %s/s of memory and %s/s from the host:",
            Amount.bytes((long) rates.link()),
            Amount.bytes((long) rates.memory()),
            Amount.bytes((long) rates.host())));
    lines.addAll(indented(devices()));
    return lines;
  }

  private TextTable tables() {
    Map<Placement, List<TableLoad>> alike = new LinkedHashMap<>();
    for (int t = 0; t < plan.loads().size(); t++) {
      alike
          .computeIfAbsent(plan.sharding().of(t), placement -> new ArrayList<>())
          .add(plan.loads().get(t));
    }
    var table =
        new TextTable(
            "DIVIDED", "DEVICE", "EXCHANGE", "TABLES", "ROWS", "SIZE", "UNIQUE ROWS A STEP");
    alike.forEach(
        (placement, loads) -> {
          long rows = loads.stream().mapToLong(TableLoad::rows).sum();
          table.row(
              List.of(
                  placement.kind().name().toLowerCase(Locale.ROOT),
                  placement.kind() == Kind.TABLE ? Integer.toString(placement.rank()) : "all",
                  exchange(placement),
                  names(loads),
                  Amount.count(rows),
                  Amount.bytes(rows * rowBytes),
                  Amount.count(Math.round(loads.stream().mapToDouble(TableLoad::stepRows).sum()))));
        });
    return table;
  }

  private static String exchange(Placement placement) {
    return placement.kind() == Kind.REPLICATED
        ? "gradients"
        : placement.exchange().name().toLowerCase(Locale.ROOT);
  }

  private static String names(List<TableLoad> loads) {
    List<String> first = loads.stream().limit(MOST_NAMES).map(TableLoad::table).toList();
    String names = String.join(", ", first);
    return loads.size() > MOST_NAMES
        ? names + " and " + (loads.size() - MOST_NAMES) + " more"
        : names;
  }

  private TextTable devices() {
    var table =
        new TextTable("DEVICE", "MEMORY", "SENDS", "EXCHANGE", "UPDATE", "MOVES", "TOGETHER");
    for (int device = 0; device < plan.devices(); device++) {
      StepCost cost = plan.costs().get(device);
      table.row(
          List.of(
              Integer.toString(device),
              Amount.bytes(deviceBytes.get(device)),
              Amount.bytes(cost.exchangeBytes()),
              millis(cost.exchangeSeconds()),
              millis(cost.updateSeconds()),
              millis(cost.moveSeconds()),
              millis(cost.seconds())));
    }
    return table;
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.3f ms", seconds * 1e3);
  }

  private static List<String> indented(TextTable table) {
    return table.lines().stream().map(line -> "  " + line).toList();
  }
}
