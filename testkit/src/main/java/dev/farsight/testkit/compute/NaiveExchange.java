package dev.farsight.testkit.compute;

import dev.farsight.api.compute.BagExchange;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Plans a step that several ranks share the naive way, straight from the words of {@link
 * RowExchange}. What has no meaning, the order in which the rows of an owner arrive and the numbers
 * of owned rows, is drawn from a seed.
 */
final class NaiveExchange {

  private final RowPlacement placement;
  private final Random random;

  /** By asking rank and owner: row ids in the order of arrival. */
  private final List<List<List<Long>>> asked = new ArrayList<>();

  /** The same of rows that are added up instead. */
  private final List<List<List<Long>>> summed = new ArrayList<>();

  private final List<Batch> batches;

  /** By rank: the replicated rows that it looks up, in the order of arrival. */
  private final List<List<Long>> replicated = new ArrayList<>();

  /** By rank: row ids of owned rows, by number. */
  private final List<List<Long>> owned = new ArrayList<>();

  /**
   * @param batches of the ranks
   */
  private NaiveExchange(RowPlacement placement, List<Batch> batches, long seed) {
    this.placement = placement;
    this.batches = batches;
    this.random = new Random(seed);
    for (Batch batch : batches) {
      List<Long> rows = shuffled(Lookup.byRow(batch).keySet());
      List<List<Long>> byOwner = new ArrayList<>();
      for (int owner = 0; owner < placement.ranks(); owner++) {
        byOwner.add(sentBy(owner, rows, false));
      }
      asked.add(byOwner);
      List<List<Long>> sums = new ArrayList<>();
      for (int owner = 0; owner < placement.ranks(); owner++) {
        sums.add(sentBy(owner, rows, true));
      }
      summed.add(sums);
      replicated.add(rows.stream().filter(placement::replicated).toList());
    }
    for (int owner = 0; owner < placement.ranks(); owner++) {
      var rows = new TreeSet<Long>();
      replicated.forEach(rows::addAll);
      for (int rank = 0; rank < asked.size(); rank++) {
        rows.addAll(asked.get(rank).get(owner));
        rows.addAll(summed.get(rank).get(owner));
      }
      // Ranks that have columns of the same rows number them alike.
      owned.add(placement.columns() && owner > 0 ? owned.get(0) : shuffled(rows));
    }
  }

  private List<Long> shuffled(Iterable<Long> rows) {
    List<Long> list = new ArrayList<>();
    rows.forEach(list::add);
    Collections.shuffle(list, random);
    return list;
  }

  private List<Long> sentBy(int owner, List<Long> rows, boolean added) {
    return rows.stream()
        .filter(row -> placement.sends(owner, row) && placement.summed(row) == added)
        .toList();
  }

  /** The smallest shape that takes any batches. */
  static ExchangeShape shape(RowPlacement placement, BatchSchema schema, int batchSize) {
    int ranks = placement.ranks();
    int maxUniqueRows = (int) schema.maxUniqueRows(batchSize);
    int held = 1;
    for (int rank = 0; rank < ranks; rank++) {
      held = Math.max(held, placement.held(rank));
    }
    int asked = Math.min(held, maxUniqueRows);
    int gathered = placement.replicates() ? ranks * maxUniqueRows : 0;
    return new ExchangeShape(
        ranks,
        maxUniqueRows,
        ranks * asked,
        held,
        gathered,
        placement.columns(),
        placement.summedOn().isEmpty()
            ? SummedBags.none()
            : new SummedBags(
                placement.summedOn(), ranks * asked, ranks * (int) schema.maxLookups(batchSize)));
  }

  /**
   * Fills the inputs of all ranks for the next step. Loss, logits, step and learning rates stay as
   * they are.
   *
   * @param batches of the ranks
   * @param seed of what has no meaning
   */
  static void fill(List<StepInput> inputs, RowPlacement placement, List<Batch> batches, long seed) {
    var plan = new NaiveExchange(placement, batches, seed);
    double divisor = 0;
    for (Batch batch : batches) {
      for (int s = 0; s < batch.samples(); s++) {
        divisor += batch.weights() == null ? 1 : batch.weights().get(s);
      }
    }
    long firstSample = 0;
    for (int rank = 0; rank < inputs.size(); rank++) {
      StepInput input = inputs.get(rank);
      List<Long> arrivals = plan.arrivals(rank);
      StepInputs.fill(input, batches.get(rank), arrivals::indexOf);
      plan.fill(input.exchange(), rank);
      input.exchange().samples(firstSample, divisor);
      firstSample += batches.get(rank).samples();
    }
  }

  /** What a rank looks up, in the order of arrival. */
  private List<Long> arrivals(int rank) {
    if (placement.columns()) {
      return asked.get(rank).get(0);
    }
    List<Long> arrivals = new ArrayList<>();
    asked.get(rank).forEach(arrivals::addAll);
    arrivals.addAll(replicated.get(rank));
    summed.get(rank).forEach(arrivals::addAll);
    return arrivals;
  }

  private void fill(RowExchange exchange, int rank) {
    List<Long> sent = new ArrayList<>();
    for (int p = 0; p < placement.ranks(); p++) {
      List<Long> forRank = asked.get(p).get(rank);
      sent.addAll(forRank);
      exchange.sendStarts()[p + 1] = sent.size();
      exchange.askedStarts()[p + 1] = exchange.askedStarts()[p] + asked.get(rank).get(p).size();
      exchange.gatherStarts()[p + 1] = exchange.gatherStarts()[p] + replicated.get(p).size();
    }
    List<Long> ownRows = owned.get(rank);
    int place = 0;
    for (List<Long> rows : List.of(sent, replicated.get(rank))) {
      for (long row : rows) {
        exchange.sendRows().put(place++, ownRows.indexOf(row));
      }
    }
    int gradient = 0;
    for (int o = 0; o < ownRows.size(); o++) {
      exchange.ownedSlots().put(o, placement.slot(rank, ownRows.get(o)));
      exchange.gradientStarts().put(o, gradient);
      for (int p = 0; p < placement.ranks(); p++) {
        int at = gradientAt(exchange, rank, p, ownRows.get(o));
        if (at >= 0) {
          exchange.gradients().put(gradient++, at);
        }
      }
    }
    exchange.gradientStarts().put(ownRows.size(), gradient);
    exchange.owned(ownRows.size(), ownRows.stream().mapToLong(row -> row).toArray());
    if (exchange.bags() != null) {
      fill(exchange.bags(), rank, exchange.askedRows() + replicated.get(rank).size());
    }
  }

  /**
   * @param arrived how many rows arrive
   */
  private void fill(BagExchange bags, int rank, int arrived) {
    List<Long> ownRows = owned.get(rank);
    bags.askedStarts()[0] = arrived;
    int row = 0;
    int bag = 0;
    int k = 0;
    for (int p = 0; p < placement.ranks(); p++) {
      Batch batch = batches.get(p);
      bags.sampleStarts()[p + 1] = bags.sampleStarts()[p] + batch.samples();
      bags.askedStarts()[p + 1] = bags.askedStarts()[p] + summed.get(rank).get(p).size();
      for (long id : summed.get(p).get(rank)) {
        bags.rows().put(row++, ownRows.indexOf(id));
      }
      bags.rowStarts()[p + 1] = row;
      for (int f : bags.features(rank)) {
        for (int s = 0; s < batch.samples(); s++) {
          bags.bagStarts().put(bag, k);
          for (Lookup lookup : Lookup.ofBag(batch, f, s)) {
            if (placement.holds(rank, lookup.rowId())) {
              bags.lookupRows().put(k, ownRows.indexOf(lookup.rowId()));
              bags.lookupBags().put(k, bag);
              if (bags.lookupWeights() != null) {
                bags.lookupWeights().put(k, (float) lookup.weight());
              }
              k++;
            }
          }
          bag++;
        }
      }
    }
    bags.bagStarts().put(bag, k);
    int j = 0;
    for (int o = 0; o < ownRows.size(); o++) {
      bags.ownedStarts().put(o, j);
      for (int lookup = 0; lookup < k; lookup++) {
        if (bags.lookupRows().get(lookup) == o) {
          bags.ownedLookups().put(j++, lookup);
        }
      }
    }
    bags.ownedStarts().put(ownRows.size(), j);
  }

  /** Where rank {@code p}'s gradient of a row arrives at its owner; negative if it has none. */
  private int gradientAt(RowExchange exchange, int owner, int p, long row) {
    if (placement.replicated(row)) {
      int i = replicated.get(p).indexOf(row);
      return i < 0 ? -1 : exchange.sentRows() + exchange.gatherStarts()[p] + i;
    }
    // Of rows that are added up, no gradients arrive.
    int i = asked.get(p).get(owner).indexOf(row);
    return i < 0 ? -1 : exchange.sendStarts()[p] + i;
  }
}
