package dev.farsight.engine.plan;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;
import java.util.Locale;

/**
 * Puts together what all ranks ask of one rank for a batch. The rows of its cache are numbered
 * region by region, and within a region in rank order, then in the order of the asking rank: the
 * order is a function of the data. Where ranks have columns of all rows, they all have the same
 * request. Regions are merged in parallel. O(unique rows) a batch; allocates nothing in the steady
 * state. One thread at a time.
 */
public final class RowMerge {

  /** Rows whose arrivals a thread copies at a time. */
  private static final int SLICE = 1 << 13;

  private final RowOwners owners;
  private final ExchangeShape shape;
  private final int rank;

  /** The groups of this rank: the regions of its cache, if that has regions. */
  private final int[] groups;

  private final boolean splits;

  /** Whether rows arrive in the order of their groups. */
  private final boolean arriveByGroup;

  private final ExchangeRuns runs;
  private final MergedRegion[] regions;
  private final Workers workers;

  /** By region: the request position of its first row. */
  private final int[] regionStarts;

  /** By region: the place of the first gradient of its rows. */
  private final int[] gradientStarts;

  /** By group: where its rows arrive. */
  private final int[] arrivalStarts;

  /** By group: the same of rows that do not arrive, but are added up. */
  private final int[] sumStarts;

  // State of the current batch. The tasks below are created once, so a batch allocates nothing.
  private AskedRows[] asked;
  private OwnedRows target;
  private RegionRows byRegion;
  private final Workers.Task merge = (region, worker) -> mergeIn(region);
  private final Workers.Task collect = (region, worker) -> collectIn(region);
  private final Workers.Task arrive = (group, worker) -> arriveOf(group);
  private final Workers.Task arriveSlice = (slice, worker) -> arriveIn(slice);

  /**
   * @param rank whose rows are merged
   * @param splits whether the rank's cache has regions, so that its request is needed by region
   */
  public RowMerge(
      RowOwners owners, ExchangeShape shape, int rank, boolean splits, Workers workers) {
    this.owners = owners;
    this.shape = shape;
    this.rank = rank;
    this.splits = splits;
    this.workers = workers;
    groups = owners.groupsOn(rank);
    runs = new ExchangeRuns(owners);
    arriveByGroup = !runs.anySums() && owners.sortedByRank();
    regions = new MergedRegion[groups.length];
    Arrays.setAll(regions, region -> new MergedRegion(owners.groups().tables()));
    regionStarts = new int[groups.length + 1];
    gradientStarts = new int[groups.length];
    arrivalStarts = new int[owners.groups().count()];
    sumStarts = new int[runs.anySums() ? arrivalStarts.length : 0];
  }

  /** Whether all ranks have columns of all rows. */
  public boolean columns() {
    return owners.columns();
  }

  /** Sorts the unique rows of a rank's samples by group, if the search has not done so. */
  public void sort(UniqueRows rows) {
    rows.request().byGroup(owners.groups());
  }

  /** Allocates the memory for one batch. */
  public OwnedRows newRows() {
    return new OwnedRows(shape, owners.groups().tables().size());
  }

  /**
   * Merges the unique rows of a batch.
   *
   * @param asked what the samples of each rank ask for
   * @param updates whether rows will be changed in their slots
   */
  public void merge(AskedRows[] asked, RowRequest.Use use, boolean updates, OwnedRows target) {
    this.asked = asked;
    this.target = target;
    startLists();
    workers.run(regions.length, merge);
    int rows = 0;
    int gradients = 0;
    for (int region = 0; region < regions.length; region++) {
      regionStarts[region] = rows;
      rows += regions[region].count();
      gradientStarts[region] = gradients;
      gradients += rowsSent(groups[region]);
    }
    regionStarts[regions.length] = rows;
    require(rows, shape.maxOwnedRows(), "look up");
    RowRequest request = target.request();
    request.begin(use, updates);
    request.count(rows);
    byRegion = splits && regions.length > 1 ? request.byRegion(regions.length) : null;
    if (byRegion != null) {
      System.arraycopy(regionStarts, 0, byRegion.starts(), 0, regionStarts.length);
    }
    target.gradientStarts()[rows] = gradients;
    Arrays.fill(target.tableRows(), 0);
    workers.run(regions.length, collect);
    for (MergedRegion region : regions) {
      region.addTableRows(target.tableRows());
    }
    startArrivals();
    if (arriveByGroup) {
      workers.run((asksOf(rank) + SLICE - 1) / SLICE, arriveSlice);
    } else {
      workers.run(arrivalStarts.length, arrive);
    }
    keepReplicated();
    describe();
  }

  /** Sets where what each rank asks for begins, in the order of sending. */
  private void startLists() {
    int sent = 0;
    int gathered = 0;
    int summed = 0;
    for (int p = 0; p < shape.ranks(); p++) {
      target.sendStarts()[p] = sent;
      target.gatherStarts()[p] = gathered;
      target.sumRowStarts()[p] = summed;
      for (int region = 0; region < groups.length; region++) {
        int sums = rowsSummed(p, groups[region]);
        int rows = rowsAsked(p, groups[region]) - sums;
        regions[region].sumStart(p, summed);
        summed += sums;
        if (replicated(groups[region])) {
          regions[region].listStart(p, gathered);
          gathered += rows;
        } else {
          regions[region].listStart(p, sent);
          sent += rows;
        }
      }
    }
    target.sendStarts()[shape.ranks()] = sent;
    target.gatherStarts()[shape.ranks()] = gathered;
    target.sumRowStarts()[shape.ranks()] = summed;
    require(sent, shape.maxSentRows(), "ask for");
    require(gathered, shape.maxGatheredRows(), "look up replicated");
    require(summed, shape.sums().maxAskedRows(), "ask for");
  }

  private void require(int rows, int most, String what) {
    if (rows > most) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "the ranks %s %d rows of rank %d in one batch; there is room for %d: the rows are divided very unevenly; set farsight.sharding otherwise, or make data.batch-size smaller",
              what,
              rows,
              rank,
              most));
    }
  }

  private boolean replicated(int group) {
    return !owners.columns() && owners.rankOfGroup(group) == RegionLayout.ALL_RANKS;
  }

  private int rowsAsked(int p, int group) {
    int[] starts = sorted(p).starts();
    return starts[group + 1] - starts[group];
  }

  /** Those of them that are added up instead of sent. */
  private int rowsSummed(int p, int group) {
    int[] starts = sorted(p).starts();
    return runs.anySums() ? runs.sums(sorted(p), starts[group], starts[group + 1]) : 0;
  }

  /** To all ranks together. */
  private int rowsSent(int group) {
    int rows = 0;
    for (int p = 0; p < shape.ranks(); p++) {
      rows += rowsAsked(p, group) - rowsSummed(p, group);
    }
    return rows;
  }

  private RegionRows sorted(int p) {
    return asked[p].rows();
  }

  private void mergeIn(int region) {
    int group = groups[region];
    MergedRegion merged = regions[region];
    merged.begin(mostRows(group));
    int[] numbers = replicated(group) ? target.gatherRows() : target.sendRows();
    for (int p = 0; p < shape.ranks(); p++) {
      RegionRows rows = sorted(p);
      int from = rows.starts()[group];
      int end = rows.starts()[group + 1];
      // Each rank has a replicated row, and counts its own lookups of it.
      boolean counted = p == rank || !replicated(group);
      int next = merged.listStart(p);
      int nextSummed = merged.sumStart(p);
      for (int run = 0; run < runs.count() && from < end; run++) {
        int to = runs.end(run, rows, from, end);
        if (runs.sums(run)) {
          merged.add(rows, counted, false, from, to - from, target.sumRows(), nextSummed);
          nextSummed += to - from;
        } else {
          merged.add(rows, counted, true, from, to - from, numbers, next);
          next += to - from;
        }
        from = to;
      }
    }
  }

  /** That the ranks look up in a group, if they are all different. */
  private int mostRows(int group) {
    int rows = 0;
    for (int p = 0; p < shape.ranks(); p++) {
      rows += rowsAsked(p, group);
    }
    return rows;
  }

  /**
   * Writes the rows of a region to the request, sorts their gradients by row, in rank order, and
   * turns numbers into request positions.
   */
  private void collectIn(int region) {
    MergedRegion merged = regions[region];
    int start = regionStarts[region];
    RowRequest request = target.request();
    merged.copy(request.rows(), request.occurrences(), start);
    if (byRegion != null) {
      merged.copy(byRegion.rows(), byRegion.occurrences(), start);
      for (int position = start; position < regionStarts[region + 1]; position++) {
        byRegion.requestPositions()[position] = position;
        byRegion.regionPositions()[position] = position;
      }
    }
    merged.startGradients(target.gradientStarts(), start, gradientStarts[region]);
    int group = groups[region];
    boolean gathered = replicated(group);
    int[] numbers = gathered ? target.gatherRows() : target.sendRows();
    // Gathered gradients arrive behind those of rows that were sent.
    int arrivals = gathered ? target.sendStarts()[shape.ranks()] : 0;
    int[] gradients = target.gradients();
    for (int p = 0; p < shape.ranks(); p++) {
      int from = merged.listStart(p);
      int summed = rowsSummed(p, group);
      int end = from + rowsAsked(p, group) - summed;
      for (int i = from; i < end; i++) {
        gradients[merged.nextGradient(numbers[i])] = arrivals + i;
        numbers[i] += start;
      }
      for (int i = merged.sumStart(p); i < merged.sumStart(p) + summed; i++) {
        target.sumRows()[i] += start;
      }
    }
  }

  /**
   * Sets where the rows of each group arrive: owner by owner, replicated rows last. Of columns, all
   * ranks send those of every row.
   */
  private void startArrivals() {
    if (owners.columns()) {
      int rows = startArrivalsFrom(RegionLayout.ALL_RANKS, 0);
      for (int p = 0; p <= shape.ranks(); p++) {
        target.askedStarts()[p] = p * rows;
      }
      target.keptRows(0);
      return;
    }
    int arrival = 0;
    for (int p = 0; p < shape.ranks(); p++) {
      target.askedStarts()[p] = arrival;
      arrival = startArrivalsFrom(p, arrival);
    }
    target.askedStarts()[shape.ranks()] = arrival;
    int arrived = startArrivalsFrom(RegionLayout.ALL_RANKS, arrival);
    target.keptRows(arrived - arrival);
    for (int p = 0; p < shape.ranks(); p++) {
      target.sumAskedStarts()[p] = arrived;
      arrived = startSumsFrom(p, arrived);
    }
    target.sumAskedStarts()[shape.ranks()] = arrived;
  }

  /** Rows that are added up have positions behind those that arrive, owner by owner. */
  private int startSumsFrom(int owner, int first) {
    int position = first;
    for (int group = 0; group < sumStarts.length; group++) {
      if (owners.rankOfGroup(group) == owner) {
        sumStarts[group] = position;
        position += rowsSummed(rank, group);
      }
    }
    return position;
  }

  private int startArrivalsFrom(int owner, int first) {
    int arrival = first;
    for (int group = 0; group < arrivalStarts.length; group++) {
      if (owners.rankOfGroup(group) == owner) {
        arrivalStarts[group] = arrival;
        arrival += rowsAsked(rank, group) - rowsSummed(rank, group);
      }
    }
    return arrival;
  }

  /** All rows that a rank looks up. */
  private int asksOf(int p) {
    return sorted(p).starts()[arrivalStarts.length];
  }

  /** The first row of the first group arrives first, and so on. */
  private void arriveIn(int slice) {
    int from = slice * SLICE;
    int rows = Math.min(SLICE, asksOf(rank) - from);
    System.arraycopy(sorted(rank).regionPositions(), from, target.arrivals(), from, rows);
  }

  /** Threads write next to each other, and slow each other down. */
  private void arriveOf(int group) {
    RegionRows own = sorted(rank);
    int[] arrivals = target.arrivals();
    int arrival = arrivalStarts[group];
    int summed = runs.anySums() ? sumStarts[group] : 0;
    int from = own.starts()[group];
    int end = own.starts()[group + 1];
    for (int run = 0; run < runs.count() && from < end; run++) {
      int to = runs.end(run, own, from, end);
      int position = runs.sums(run) ? summed : arrival;
      for (int i = from; i < to; i++) {
        arrivals[own.requestPositions()[i]] = position++;
      }
      summed = runs.sums(run) ? position : summed;
      arrival = runs.sums(run) ? arrival : position;
      from = to;
    }
  }

  /** The replicated rows that this rank looks up stay here. */
  private void keepReplicated() {
    System.arraycopy(
        target.gatherRows(),
        target.gatherStarts()[rank],
        target.sendRows(),
        target.sendStarts()[shape.ranks()],
        target.keptRows());
  }

  private void describe() {
    long first = 0;
    double divisor = 0;
    int samples = 0;
    for (int p = 0; p < shape.ranks(); p++) {
      target.sampleStarts()[p] = samples;
      samples += asked[p].samples();
      first += p < rank ? asked[p].samples() : 0;
      divisor += asked[p].weight();
    }
    target.sampleStarts()[shape.ranks()] = samples;
    target.samples(first, divisor);
  }
}
