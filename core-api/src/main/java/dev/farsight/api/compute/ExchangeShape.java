package dev.farsight.api.compute;

/**
 * The largest sizes of a {@link RowExchange}.
 *
 * @param ranks how many devices train together
 * @param maxUniqueRows the largest number of unique rows that the batch of one rank can have
 * @param maxSentRows the largest number of rows that one rank sends in a step, those for itself
 *     included
 * @param maxOwnedRows the largest number of different rows of one rank that a step can use
 * @param maxGatheredRows the largest number of gradients of replicated rows that all ranks together
 *     can make in a step; 0 if no rows are replicated
 * @param columns whether each rank has a part of the width of every row, see {@link RowExchange}
 * @param sums which features exchange sums of bags instead of rows
 */
public record ExchangeShape(
    int ranks,
    int maxUniqueRows,
    int maxSentRows,
    int maxOwnedRows,
    int maxGatheredRows,
    boolean columns,
    SummedBags sums) {

  public ExchangeShape {
    if (ranks < 2) {
      throw new IllegalArgumentException("an exchange between " + ranks + " ranks");
    }
    if (columns && maxGatheredRows > 0) {
      throw new IllegalArgumentException("rows both divided by columns and replicated");
    }
    if (columns && sums.any()) {
      throw new IllegalArgumentException("sums of bags of rows that are divided by columns");
    }
  }

  /** An exchange of rows alone. */
  public ExchangeShape(
      int ranks,
      int maxUniqueRows,
      int maxSentRows,
      int maxOwnedRows,
      int maxGatheredRows,
      boolean columns) {
    this(
        ranks,
        maxUniqueRows,
        maxSentRows,
        maxOwnedRows,
        maxGatheredRows,
        columns,
        SummedBags.none());
  }

  /** An exchange of whole rows. */
  public ExchangeShape(
      int ranks, int maxUniqueRows, int maxSentRows, int maxOwnedRows, int maxGatheredRows) {
    this(ranks, maxUniqueRows, maxSentRows, maxOwnedRows, maxGatheredRows, false);
  }

  /** Whether some rows are replicated on all ranks. */
  public boolean replicates() {
    return maxGatheredRows > 0;
  }
}
