package dev.farsight.collective;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups of threads whose values another means carries than copies between their buffers. For
 * collectives of other modules: who waits for whom, what is told of a rank that fails, and sums in
 * rank order are those of the collective {@code threads}.
 */
public final class CarriedRanks {

  private CarriedRanks() {}

  /**
   * Makes a group.
   *
   * @param context all ranks are of this process
   * @param carriers by rank; the ends own them
   * @return the ends by rank
   */
  public static List<Collective> connect(
      CollectiveContext context, List<? extends Carrier> carriers) {
    if (!context.oneProcess() || carriers.size() != context.ranks()) {
      throw new IllegalArgumentException(
          carriers.size() + " carriers for ranks " + context.ownRanks() + " of " + context.ranks());
    }
    var group = new ThreadRanks(context);
    var ends = new ArrayList<Collective>();
    for (int rank : context.ownRanks()) {
      ends.add(new CarriedCollective(group, rank, carriers.get(rank)));
    }
    return ends;
  }
}
