package dev.farsight.api.compute;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which features exchange sums of bags instead of rows, and how much of that there can be, see
 * {@link BagExchange}. All features of a table exchange sums, or none. Immutable.
 *
 * @param owners by feature: the rank that has all rows of the feature's table, {@link #ALL_RANKS}
 *     if each rank has a share of them, {@link #ROWS} if the feature exchanges rows
 * @param maxAskedRows the largest number of rows of such tables that all ranks together can look up
 *     on one rank, each counted for every rank that looks it up
 * @param maxLookups the largest number of lookups of all ranks that can fall on such rows of one
 *     rank
 */
public record SummedBags(List<Integer> owners, int maxAskedRows, int maxLookups) {

  /** Stands for the owner of a table of whose rows each rank has a share. */
  public static final int ALL_RANKS = -1;

  /** Stands for the owner of a feature that exchanges rows. */
  public static final int ROWS = -2;

  public SummedBags {
    owners = List.copyOf(owners);
  }

  /** All features exchange rows. */
  public static SummedBags none() {
    return new SummedBags(List.of(), 0, 0);
  }

  /** Whether any feature exchanges sums. */
  public boolean any() {
    return owners.stream().anyMatch(owner -> owner != ROWS);
  }

  /** Whether a feature exchanges sums. */
  public boolean sums(int feature) {
    return feature < owners.size() && owners.get(feature) != ROWS;
  }

  /** Whether a rank adds up rows of a feature. */
  public boolean on(int rank, int feature) {
    return sums(feature) && (owners.get(feature) == rank || owners.get(feature) == ALL_RANKS);
  }

  /** The features whose rows a rank adds up, in order. */
  public int[] featuresOn(int rank) {
    return IntStream.range(0, owners.size()).filter(f -> on(rank, f)).toArray();
  }
}
