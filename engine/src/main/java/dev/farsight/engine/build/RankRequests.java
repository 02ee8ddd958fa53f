package dev.farsight.engine.build;

import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.pipeline.Transfers;
import java.util.List;

/** Makes rows resident before training, a request at a time in the cache of each rank. */
final class RankRequests {

  private final Transfers transfers;
  private final List<RowRequest> requests;
  private final int[] capacities;

  RankRequests(Transfers transfers, List<RankShape> ranks) {
    this.transfers = transfers;
    capacities = ranks.stream().mapToInt(rank -> Math.min(rank.inRows(), rank.maxRows())).toArray();
    requests =
        ranks.stream()
            .map(rank -> new RowRequest(Math.min(rank.inRows(), rank.maxRows())))
            .toList();
    requests.forEach(RankRequests::begin);
  }

  private static void begin(RowRequest request) {
    request.begin(RowRequest.Use.WARM_UP, false);
  }

  /** Adds a row to the cache of a rank, by its place among those of this process. */
  void add(int rank, long row, int occurrences) {
    requests.get(rank).add(row, occurrences);
    if (requests.get(rank).count() == capacities[rank]) {
      load();
    }
  }

  /** Loads the last rows. */
  void end() {
    if (requests.stream().anyMatch(request -> request.count() > 0)) {
      load();
    }
  }

  /** For all ranks, because plans of all ranks have the same numbers. */
  private void load() {
    for (int rank = 0; rank < requests.size(); rank++) {
      transfers.warmUp(rank, requests.get(rank));
      begin(requests.get(rank));
    }
  }
}
