package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums the gradients of a share of the unique rows that this rank looks up, and lays them where
 * they are sent to the rows' owners. Not an update by itself: {@link OwnedRowUpdates} follow.
 */
final class SentRowGradients implements Update {

  private final RowTraffic traffic;
  private final int share;
  private final long cost;
  private final RowGradients[] gradients;

  private SentRowGradients(RowTraffic traffic, int share, long cost, RowGradients[] gradients) {
    this.traffic = traffic;
    this.share = share;
    this.cost = cost;
    this.gradients = gradients;
  }

  /**
   * All shares.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  static List<SentRowGradients> of(
      StepParts parts, RowTraffic traffic, Matrix bags, Winners winners) {
    var gradients = RowGradients.of(parts, bags, winners);
    var shares = new ArrayList<SentRowGradients>();
    for (int share = 0; share < RowShares.SHARES; share++) {
      shares.add(new SentRowGradients(traffic, share, bags.width(), gradients));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var starts = input.rowStarts();
    int from = RowShares.firstRow(starts, input.uniqueRows(), share);
    int end = RowShares.firstRow(starts, input.uniqueRows(), share + 1);
    var own = gradients[scratch.worker()];
    own.begin(input, starts.get(from), starts.get(end));
    int arrived = input.exchange().arrivedRows();
    for (int u = from; u < end; u++) {
      int arrival = input.uniqueSlots().get(u);
      if (arrival < arrived) {
        float[] sum = own.sum(starts.get(u), starts.get(u + 1), scratch);
        traffic.putGradient(input.exchange(), arrival, sum);
      } else {
        own.skip(starts.get(u + 1));
      }
    }
  }

  @Override
  public long cost() {
    return cost;
  }
}
