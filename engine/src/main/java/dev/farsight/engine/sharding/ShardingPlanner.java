package dev.farsight.engine.sharding;

import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import dev.farsight.engine.settings.ShardingSettings.ExchangeChoice;
import dev.farsight.engine.sharding.RankLoads.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Divides tables so that the slowest rank of a step is as fast as possible. The result depends on
 * its arguments alone.
 *
 * <p>Two searches, of which the better result counts. One begins with tables divided by row where
 * that is allowed, and each other table on the rank where it costs least, the heaviest first. The
 * other one begins with each table where it costs least. A third one, where sums of bags may be
 * exchanged, first places the tables that would do so on one rank each, as that pays only if all
 * ranks have some. Then tables are placed anew, one at a time or two that change places, as long as
 * that is better. So the result is not always the best, but mostly it is. A round costs O(tables x
 * (kinds + ranks) x ranks), and for pairs O(tables of the slowest rank x tables that are on one
 * rank x ranks).
 *
 * <p>Used once.
 */
public final class ShardingPlanner {

  /** Many more than a search usually takes; each round is better than the one before. */
  private static final int MOST_ROUNDS = 100;

  private final StepModel model;
  private final List<TableLoad> tables;
  private final List<Choice> choices;
  private final List<ExchangeChoice> exchanges;

  private final Placement[] placements;
  private final RankLoads loads;

  private ShardingPlanner(
      StepModel model,
      List<TableLoad> tables,
      List<Choice> choices,
      List<ExchangeChoice> exchanges) {
    this.model = model;
    this.tables = tables;
    this.choices = choices;
    this.exchanges = exchanges;
    placements = new Placement[tables.size()];
    loads = new RankLoads(model);
  }

  /**
   * What decides about the order of sums does not depend on the cache: first, which tables exchange
   * sums of bags, and whether one rank has all of their rows. Then all tables are placed.
   *
   * <p>All tables are divided by column, or none: a slot then has a part of the width of any row.
   * Only the settings ask for that, because by this model dividing by row never costs more.
   *
   * @param choices what the settings say of each table; if of any {@code column}, of all {@code
   *     column} or {@code auto}
   * @param exchanges what ranks are to send each other of each table; {@code rows} if sums are not
   *     possible
   */
  public static Sharding plan(
      StepModel model,
      List<TableLoad> tables,
      List<Choice> choices,
      List<ExchangeChoice> exchanges) {
    if (choices.contains(Choice.COLUMN)) {
      return new Sharding(model.ranks(), Collections.nCopies(tables.size(), Placement.COLUMN));
    }
    if (exchanges.stream().allMatch(exchange -> exchange == ExchangeChoice.ROWS)) {
      return best(model, tables, choices, exchanges);
    }
    List<TableLoad> resident = tables.stream().map(TableLoad::withoutMisses).toList();
    Sharding order = best(model.withoutCache(), resident, choices, exchanges);
    List<Choice> decided = new ArrayList<>(choices);
    List<ExchangeChoice> exchanged = new ArrayList<>();
    for (int t = 0; t < tables.size(); t++) {
      exchanged.add(order.sums(t) ? ExchangeChoice.SUMS : ExchangeChoice.ROWS);
      if (order.sums(t)) {
        decided.set(t, Choice.valueOf(order.of(t).kind().name()));
      }
    }
    return best(model, tables, decided, exchanged);
  }

  private static Sharding best(
      StepModel model,
      List<TableLoad> tables,
      List<Choice> choices,
      List<ExchangeChoice> exchanges) {
    var divided = new ShardingPlanner(model, tables, choices, exchanges);
    divided.search(table -> choices.get(table) == Choice.TABLE, table -> false);
    var apart = new ShardingPlanner(model, tables, choices, exchanges);
    apart.search(table -> true, table -> false);
    var best = apart.loads.score().betterThan(divided.loads.score()) ? apart : divided;
    if (IntStream.range(0, tables.size()).anyMatch(divided::addsUpOnOne)) {
      var whole = new ShardingPlanner(model, tables, choices, exchanges);
      whole.search(table -> true, whole::addsUpOnOne);
      best = whole.loads.score().betterThan(best.loads.score()) ? whole : best;
    }
    return new Sharding(model.ranks(), List.of(best.placements));
  }

  /** What a step costs each rank. */
  public static List<StepCost> costs(StepModel model, List<TableLoad> tables, Sharding sharding) {
    var loads = new RankLoads(model);
    for (int t = 0; t < tables.size(); t++) {
      loads.add(tables.get(t), sharding.of(t));
    }
    return IntStream.range(0, model.ranks()).mapToObj(loads::cost).toList();
  }

  /**
   * Where a table may be, the usual places first. What its ranks send each other depends on the
   * place alone: sums where they are fewer bytes, if nothing else is asked for. Replicated rows are
   * always resident. Beside a cache they would take memory that {@code cache.size} does not allow
   * for, so there only the settings can ask for them.
   */
  private List<Placement> allowed(int table) {
    Placement row = exchanged(table, Placement.ROW, model.ranks());
    List<Placement> onOne =
        IntStream.range(0, model.ranks())
            .mapToObj(rank -> exchanged(table, Placement.on(rank), 1))
            .toList();
    return switch (choices.get(table)) {
      case ROW -> List.of(row);
      case REPLICATED -> List.of(Placement.REPLICATED);
      case COLUMN -> List.of(Placement.COLUMN);
      case TABLE -> onOne;
      case AUTO -> {
        var all = new ArrayList<>(List.of(row));
        all.addAll(onOne);
        if (model.resident() && exchanges.get(table) != ExchangeChoice.SUMS) {
          all.add(Placement.REPLICATED);
        }
        yield all;
      }
    };
  }

  private Placement exchanged(int table, Placement placement, int owners) {
    boolean sums =
        switch (exchanges.get(table)) {
          case ROWS -> false;
          case SUMS -> true;
          case AUTO -> model.sumsAreLess(tables.get(table), owners);
        };
    return sums ? placement.withSums() : placement;
  }

  /**
   * Whether the slowest rank cannot be faster than it is. Where sums are exchanged, all ranks may
   * be equally fast and yet faster with tables placed otherwise.
   */
  private boolean done() {
    return loads.balanced() && IntStream.range(0, tables.size()).noneMatch(this::addsUpOnOne);
  }

  /** Whether a table may be on one rank, and exchange sums there. */
  private boolean addsUpOnOne(int table) {
    return allowed(table).stream()
        .anyMatch(placement -> placement.kind() == Sharding.Kind.TABLE && placement.sums());
  }

  /**
   * @param placedBest the tables that are placed one after the other, each where it costs least
   * @param onOne those of them that are first placed on one rank
   */
  private void search(IntPredicate placedBest, IntPredicate onOne) {
    int[] heaviestFirst =
        IntStream.range(0, tables.size())
            .boxed()
            .sorted(Comparator.comparingDouble(t -> -alone(tables.get(t))))
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.stream(heaviestFirst).filter(placedBest.negate()).forEach(this::placeFirst);
    Arrays.stream(heaviestFirst)
        .filter(placedBest)
        .forEach(table -> placeBest(table, onOne.test(table)));
    for (int round = 0; round < MOST_ROUNDS && !done(); round++) {
      boolean better = false;
      for (int t : heaviestFirst) {
        better |= placeAnew(t);
      }
      if (!better && !swapAny(heaviestFirst)) {
        break;
      }
    }
  }

  /** Seconds of a rank that has a table for itself. */
  private double alone(TableLoad table) {
    var single = new RankLoads(model);
    single.add(table, Placement.on(0));
    return single.cost(0).seconds();
  }

  private void placeFirst(int table) {
    place(table, allowed(table).get(0));
  }

  /** Places a table that has no place yet. */
  private void placeBest(int table, boolean onOne) {
    List<Placement> candidates =
        allowed(table).stream()
            .filter(candidate -> !onOne || candidate.kind() == Sharding.Kind.TABLE)
            .toList();
    place(table, candidates.get(0));
    placeAnew(table, candidates);
  }

  private void place(int table, Placement placement) {
    if (placements[table] != null) {
      loads.remove(tables.get(table), placements[table]);
    }
    placements[table] = placement;
    loads.add(tables.get(table), placement);
  }

  /** Places a table where it is best. Returns whether that is better. */
  private boolean placeAnew(int table) {
    return placeAnew(table, allowed(table));
  }

  private boolean placeAnew(int table, List<Placement> candidates) {
    Placement before = placements[table];
    Placement best = before;
    Score bestScore = loads.score();
    for (Placement candidate : candidates) {
      place(table, candidate);
      Score score = loads.score();
      if (score.betterThan(bestScore)) {
        best = candidate;
        bestScore = score;
      }
    }
    place(table, best);
    return !best.equals(before);
  }

  /** Swaps a table of the slowest rank with one of another rank, if there are two for that. */
  private boolean swapAny(int[] order) {
    int[] onOne =
        Arrays.stream(order).filter(t -> placements[t].kind() == Sharding.Kind.TABLE).toArray();
    int slowest = loads.slowest();
    for (int a : onOne) {
      for (int b : onOne) {
        boolean others = placements[a].rank() == slowest && placements[b].rank() != slowest;
        if (others && swap(a, b)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean swap(int a, int b) {
    Score before = loads.score();
    Placement ofA = placements[a];
    Placement ofB = placements[b];
    place(a, exchanged(a, Placement.on(ofB.rank()), 1));
    place(b, exchanged(b, Placement.on(ofA.rank()), 1));
    if (loads.score().betterThan(before)) {
      return true;
    }
    place(a, ofA);
    place(b, ofB);
    return false;
  }
}
