package dev.farsight.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.compute.DeviceRates;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Kind;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
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
  private static final List<ExchangeChoice> EXCHANGES = List.of(ExchangeChoice.values());

  private static final List<Choice> CHOICES =
      List.of(Choice.AUTO, Choice.ROW, Choice.TABLE, Choice.REPLICATED);

  private static StepModel model(int devices, boolean resident, long deviceBytes) {
    RowFormat format = RowFormat.of(16, 1);
    return StepModel.of(devices, format, resident, deviceBytes, DeviceRates.PCIE);
  }

  private static TableLoad load(int table, long rows, double rankRows, int devices, Random random) {
    double stepRows = Math.min((double) rows, rankRows * (1 + random.nextDouble() * (devices - 1)));
    double bags = rankRows * Math.exp(random.nextDouble() * 6 - 3);
    double lookups = Math.max(bags, rankRows) * (1 + random.nextInt(5));
    return new TableLoad("T" + table, rows, rankRows, stepRows, 0, bags, lookups);
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

  private static List<ExchangeChoice> rows(List<TableLoad> loads) {
    return Collections.nCopies(loads.size(), ExchangeChoice.ROWS);
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
                    load.stepRows() * random.nextDouble(),
                    load.rankBags(),
                    load.rankLookups()))
        .toList();
  }

  /** All that the settings allow; a plan that is free takes what is fewer bytes. */
  private static List<Placement> allowed(
      StepModel model, TableLoad load, Choice choice, ExchangeChoice exchange) {
    var all = new ArrayList<Placement>();
    for (Placement rows : allowed(choice, model.ranks(), model.resident())) {
      boolean may = rows.kind() == Kind.ROW || rows.kind() == Kind.TABLE;
      int owners = rows.kind() == Kind.TABLE ? 1 : model.ranks();
      double ofRows = load.rankRows() / owners * (model.weightBytes() + model.gradientBytes());
      boolean less = load.rankBags() * 2 * model.gradientBytes() < ofRows;
      boolean sums = exchange == ExchangeChoice.SUMS || (exchange == ExchangeChoice.AUTO && less);
      if (may) {
        all.add(sums ? rows.withSums() : rows);
      } else if (exchange != ExchangeChoice.SUMS || choice == Choice.REPLICATED) {
        all.add(rows);
      }
    }
    return all;
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
      StepModel model,
      List<TableLoad> loads,
      List<Choice> choices,
      List<ExchangeChoice> exchanges,
      List<Placement> chosen) {
    int table = chosen.size();
    if (table == loads.size()) {
      return NaiveStep.slowest(model, loads, chosen);
    }
    double best = Double.POSITIVE_INFINITY;
    for (Placement next :
        allowed(model, loads.get(table), choices.get(table), exchanges.get(table))) {
      var more = new ArrayList<>(chosen);
      more.add(next);
      best = Math.min(best, best(model, loads, choices, exchanges, more));
    }
    return best;
  }

  /** Whether settings allow a place of a table. Left free, a plan may send either. */
  private static boolean allows(
      StepModel model, Choice choice, ExchangeChoice exchange, Placement placement) {
    boolean place =
        allowed(choice, model.ranks(), model.resident()).stream()
            .anyMatch(one -> one.kind() == placement.kind() && one.rank() == placement.rank());
    return place
        && switch (exchange) {
          case AUTO -> true;
          case ROWS -> !placement.sums();
          case SUMS -> placement.sums() || choice == Choice.REPLICATED;
        };
  }

  /** What is asked of a plan, drawn at random. */
  private record Case(
      StepModel model, List<TableLoad> loads, List<Choice> choices, List<ExchangeChoice> free) {

    static Case draw(Random random) {
      int devices = 2 + random.nextInt(2);
      boolean resident = random.nextBoolean();
      List<TableLoad> loads = ShardingPlannerTest.loads(1 + random.nextInt(5), devices, random);
      List<TableLoad> some = resident ? loads : missing(loads, random);
      return new Case(
          ShardingPlannerTest.model(devices, resident, StepModel.UNLIMITED),
          some,
          some.stream().map(load -> CHOICES.get(random.nextInt(CHOICES.size()))).toList(),
          some.stream().map(load -> EXCHANGES.get(random.nextInt(EXCHANGES.size()))).toList());
    }

    Sharding plan() {
      return ShardingPlanner.plan(model, loads, choices, free);
    }
  }

  @Test
  void plansAreWhatSettingsAllowAndTheirCostsAreTold() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      Case drawn = Case.draw(random);
      String what = "seed " + seed + ", case " + i + ": " + drawn;
      Sharding plan = drawn.plan();
      for (int t = 0; t < drawn.loads().size(); t++) {
        Choice choice = drawn.choices().get(t);
        ExchangeChoice exchange = drawn.free().get(t);
        assertThat(plan.of(t))
            .as("table %d, %s", t, what)
            .matches(placement -> allows(drawn.model(), choice, exchange, placement));
      }
      double seconds = NaiveStep.slowest(drawn.model(), drawn.loads(), plan.tables());
      double told =
          ShardingPlanner.costs(drawn.model(), drawn.loads(), plan).stream()
              .mapToDouble(StepCost::seconds)
              .max()
              .orElseThrow();
      assertThat(told).as(what).isCloseTo(seconds, within(1e-9 * seconds));
    }
  }

  /**
   * The search promises no bound: of 7,000 random cases, the worst was 1.55 times the best. So the
   * cases are always the same.
   */
  @Test
  void plansAreNearlyAsFastAsTheBestOfAllPlacements() {
    var random = new Random(1);
    int cases = 150;
    int equal = 0;
    for (int i = 0; i < cases; i++) {
      Case drawn = Case.draw(random);
      double best = best(drawn.model(), drawn.loads(), drawn.choices(), drawn.free(), List.of());
      double planned = NaiveStep.slowest(drawn.model(), drawn.loads(), drawn.plan().tables());
      assertThat(planned).as("case %d: %s", i, drawn).isLessThanOrEqualTo(best * NEARLY_BEST);
      equal += planned <= best * (1 + 1e-9) ? 1 : 0;
    }
    assertThat(equal).isGreaterThan(cases * 95 / 100);
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
    assertThat(ShardingPlanner.plan(model, loads, choices, rows(loads)).tables())
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
              Collections.nCopies(loads.size(), Choice.AUTO),
              rows(loads));
      assertThat(plan.tables()).containsOnly(Placement.ROW);
    }
  }

  /**
   * Each rank of a divided table would send a sum for each bag; one that has all rows sends one.
   */
  @Test
  void longBagsAreAddedUpOnOneDevice() {
    var bags = new TableLoad("long", 40_000_000, 500_000, 900_000, 0, 16_384, 1_638_400);
    var oneHot = new TableLoad("one-hot", 1000, 900, 950, 0, 16_384, 16_384);
    List<TableLoad> loads = List.of(bags, oneHot, bags, bags, bags);
    List<Choice> choices = Collections.nCopies(loads.size(), Choice.AUTO);
    List<ExchangeChoice> free = Collections.nCopies(loads.size(), ExchangeChoice.AUTO);
    StepModel model = model(4, true, StepModel.UNLIMITED);
    Sharding plan = ShardingPlanner.plan(model, loads, choices, free);
    assertThat(plan.sums(1)).isFalse();
    assertThat(IntStream.of(0, 2, 3, 4).map(t -> plan.of(t).rank()))
        .containsExactlyInAnyOrder(0, 1, 2, 3);
    for (int t : new int[] {0, 2, 3, 4}) {
      assertThat(plan.of(t)).isEqualTo(Placement.on(plan.of(t).rank()).withSums());
    }
  }

  @Test
  void manyTablesAreBalancedByTheirRowsRatherThanTheirNumber() {
    int devices = 8;
    List<TableLoad> loads = loads(1000, devices, new Random(7));
    List<Choice> choices = Collections.nCopies(loads.size(), Choice.TABLE);
    StepModel model = model(devices, true, StepModel.UNLIMITED);
    Sharding plan = ShardingPlanner.plan(model, loads, choices, rows(loads));
    double[] asked = new double[devices];
    for (int t = 0; t < loads.size(); t++) {
      asked[plan.of(t).rank()] += loads.get(t).rankRows();
    }
    double mean = loads.stream().mapToDouble(TableLoad::rankRows).sum() / devices;
    for (double rows : asked) {
      assertThat(rows).isCloseTo(mean, within(mean / 50));
    }
    assertThat(ShardingPlanner.plan(model, loads, choices, rows(loads))).isEqualTo(plan);
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
            List.of(Choice.TABLE, Choice.AUTO),
            rows(List.of(heavy, half)));
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
    Sharding free =
        ShardingPlanner.plan(model(2, true, StepModel.UNLIMITED), loads, choices, rows(loads));
    assertThat(free.of(1).rank()).isNotEqualTo(free.of(2).rank());
    Sharding tight =
        ShardingPlanner.plan(model(2, true, 1200L * rowBytes), loads, choices, rows(loads));
    assertThat(tight.of(1).rank()).isEqualTo(tight.of(2).rank());
    assertThat(tight.of(0).rank()).isNotEqualTo(tight.of(1).rank());
  }
}
