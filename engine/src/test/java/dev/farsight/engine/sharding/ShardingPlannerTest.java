package dev.farsight.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans against the best of all placements, whose costs are told another way. */
class ShardingPlannerTest {

  /** At most so much slower than the best; nearly all plans are the best. */
  private static final double NEARLY_BEST = 4. / 3;

  /** Of tables that need not be divided alike. */
  private static final List<Choice> CHOICES =
      List.of(Choice.AUTO, Choice.ROW, Choice.TABLE, Choice.REPLICATED);

  private static StepModel model(int devices, boolean resident, long deviceBytes) {
    RowFormat format = RowFormat.of(16, 1);
    return StepModel.of(devices, format, resident, deviceBytes, DeviceRates.PCIE);
  }

  private static TableLoad load(int table, long rows, double rankRows, int devices, Random random) {
    double stepRows = Math.min((double) rows, rankRows * (1 + random.nextDouble() * (devices - 1)));
    return new TableLoad("T" + table, rows, rankRows, stepRows, 0);
  }

  private static List<TableLoad> loads(int tables, int devices, Random random) {
    return IntStream.range(0, tables)
        .mapToObj(
            t -> {
              double rankRows = Math.exp(random.nextDouble() * 8);
              long rows = (long) (rankRows * (1 + random.nextInt(100))) + 1;
              return load(t, rows, rankRows, devices, random);
            })
        .toList();
  }

  private static List<TableLoad> missing(List<TableLoad> loads, Random random) {
    return loads.stream()
        .map(
            load ->
                new TableLoad(
                    load.table(),
                    load.rows(),
                    load.rankRows(),
                    load.stepRows(),
                    load.stepRows() * random.nextDouble()))
        .toList();
  }

  private static List<Placement> allowed(Choice choice, int devices, boolean resident) {
    var some = new ArrayList<Placement>();
    if (choice == Choice.ROW || choice == Choice.AUTO) {
      some.add(Placement.ROW);
    }
    if (choice == Choice.REPLICATED || (choice == Choice.AUTO && resident)) {
      some.add(Placement.REPLICATED);
    }
    if (choice == Choice.TABLE || choice == Choice.AUTO) {
      IntStream.range(0, devices).mapToObj(Placement::on).forEach(some::add);
    }
    return some;
  }

  /** The slowest device of the best of all placements. */
  private static double best(
      StepModel model, List<TableLoad> loads, List<Choice> choices, List<Placement> chosen) {
    int table = chosen.size();
    if (table == loads.size()) {
      return NaiveStep.slowest(model, loads, chosen);
    }
    double best = Double.POSITIVE_INFINITY;
    for (Placement next : allowed(choices.get(table), model.ranks(), model.resident())) {
      var more = new ArrayList<>(chosen);
      more.add(next);
      best = Math.min(best, best(model, loads, choices, more));
    }
    return best;
  }

  @Test
  void plansAreNearlyAsFastAsTheBestOfAllPlacements() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    int cases = 150;
    int equal = 0;
    for (int i = 0; i < cases; i++) {
      int devices = 2 + random.nextInt(2);
      boolean resident = random.nextBoolean();
      StepModel model = model(devices, resident, StepModel.UNLIMITED);
      List<TableLoad> loads = loads(1 + random.nextInt(5), devices, random);
      List<TableLoad> some = resident ? loads : missing(loads, random);
      List<Choice> choices =
          some.stream().map(load -> CHOICES.get(random.nextInt(CHOICES.size()))).toList();
      Sharding plan = ShardingPlanner.plan(model, some, choices);
      String what = "seed " + seed + ", case " + i + ": " + choices + " " + some;
      for (int t = 0; t < some.size(); t++) {
        assertThat(allowed(choices.get(t), devices, resident)).as(what).contains(plan.of(t));
      }
      double best = best(model, some, choices, List.of());
      double planned = NaiveStep.slowest(model, some, plan.tables());
      assertThat(planned).as(what).isLessThanOrEqualTo(best * NEARLY_BEST);
      equal += planned <= best * (1 + 1e-9) ? 1 : 0;
      double told =
          ShardingPlanner.costs(model, some, plan).stream()
              .mapToDouble(StepCost::seconds)
              .max()
              .orElseThrow();
      assertThat(told).as(what).isCloseTo(planned, within(1e-9 * planned));
    }
    assertThat(equal).as("best plans, seed %d", seed).isGreaterThan(cases * 95 / 100);
  }

  /** The reason why only the settings ask for columns. */
  @Test
  void dividingByColumnIsNeverFasterThanByRow() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      int devices = 2 + random.nextInt(7);
      boolean resident = random.nextBoolean();
      int perRow = random.nextInt(2);
      var format = RowFormat.of(devices * (1 + random.nextInt(32)), perRow);
      StepModel model =
          StepModel.of(devices, format, resident, StepModel.UNLIMITED, DeviceRates.PCIE);
      List<TableLoad> loads = loads(1 + random.nextInt(5), devices, random);
      List<TableLoad> some = resident ? loads : missing(loads, random);
      double column = seconds(model, some, Placement.COLUMN);
      double row = seconds(model, some, Placement.ROW);
      String what = "seed " + seed + ", case " + i + ": " + format + " " + some;
      if (perRow == 0 || format.dim() == 1) {
        assertThat(column).as(what).isCloseTo(row, within(1e-9 * row));
      } else {
        assertThat(column).as(what).isGreaterThan(row);
      }
    }
  }

  /** Of the slowest device, if all tables are placed alike; told in two ways. */
  private static double seconds(StepModel model, List<TableLoad> loads, Placement placement) {
    List<Placement> placements = Collections.nCopies(loads.size(), placement);
    double told =
        ShardingPlanner.costs(model, loads, new Sharding(model.ranks(), placements)).stream()
            .mapToDouble(StepCost::seconds)
            .max()
            .orElseThrow();
    assertThat(told).isCloseTo(NaiveStep.slowest(model, loads, placements), within(1e-9 * told));
    return told;
  }

  @Test
  void allTablesAreDividedByColumnIfOneIs() {
    StepModel model = model(2, false, StepModel.UNLIMITED);
    List<TableLoad> loads = loads(3, 2, new Random(1));
    List<Choice> choices = List.of(Choice.AUTO, Choice.COLUMN, Choice.AUTO);
    assertThat(ShardingPlanner.plan(model, loads, choices).tables())
        .containsOnly(Placement.COLUMN)
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void whereAllIsFreeRowsAreDivided(int devices) {
    var random = new Random(devices);
    List<TableLoad> loads = loads(40, devices, random);
    for (boolean resident : new boolean[] {true, false}) {
      Sharding plan =
          ShardingPlanner.plan(
              model(devices, resident, StepModel.UNLIMITED),
              loads,
              Collections.nCopies(loads.size(), Choice.AUTO));
      assertThat(plan.tables()).containsOnly(Placement.ROW);
    }
  }

  @Test
  void manyTablesAreBalancedByTheirRowsRatherThanTheirNumber() {
    int devices = 8;
    List<TableLoad> loads = loads(1000, devices, new Random(7));
    List<Choice> choices = Collections.nCopies(loads.size(), Choice.TABLE);
    StepModel model = model(devices, true, StepModel.UNLIMITED);
    Sharding plan = ShardingPlanner.plan(model, loads, choices);
    double[] asked = new double[devices];
    for (int t = 0; t < loads.size(); t++) {
      asked[plan.of(t).rank()] += loads.get(t).rankRows();
    }
    double mean = loads.stream().mapToDouble(TableLoad::rankRows).sum() / devices;
    for (double rows : asked) {
      assertThat(rows).isCloseTo(mean, within(mean / 50));
    }
    assertThat(ShardingPlanner.plan(model, loads, choices)).isEqualTo(plan);
  }

  @Test
  void aTableThatMustBeOnOneDeviceLeavesTheOthersToTheRest() {
    var random = new Random(3);
    TableLoad heavy = load(0, 1_000_000, 10_000, 2, random);
    TableLoad half = load(1, 1_000_000, 5_000, 2, random);
    Sharding plan =
        ShardingPlanner.plan(
            model(2, true, StepModel.UNLIMITED),
            List.of(heavy, half),
            List.of(Choice.TABLE, Choice.AUTO));
    assertThat(plan.of(0).kind()).isEqualTo(Kind.TABLE);
    assertThat(plan.of(1)).isEqualTo(Placement.on(1 - plan.of(0).rank()));
  }

  @Test
  void tablesThatFitGoBeforeTablesThatAreFast() {
    var rare = new TableLoad("large", 1000, 1, 2, 0);
    var common = new TableLoad("common", 600, 500, 600, 0);
    var other = new TableLoad("other", 600, 400, 600, 0);
    int rowBytes = RowFormat.of(16, 1).bytes();
    List<Choice> choices = Collections.nCopies(3, Choice.TABLE);
    List<TableLoad> loads = List.of(rare, common, other);
    Sharding free = ShardingPlanner.plan(model(2, true, StepModel.UNLIMITED), loads, choices);
    assertThat(free.of(1).rank()).isNotEqualTo(free.of(2).rank());
    Sharding tight = ShardingPlanner.plan(model(2, true, 1200L * rowBytes), loads, choices);
    assertThat(tight.of(1).rank()).isEqualTo(tight.of(2).rank());
    assertThat(tight.of(0).rank()).isNotEqualTo(tight.of(1).rank());
  }
}
