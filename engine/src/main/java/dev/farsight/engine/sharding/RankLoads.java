package dev.farsight.engine.sharding;

import dev.farsight.engine.cache.Sharding.Placement;
import java.util.Arrays;

/**
 * The rows of a step by rank, while tables are placed. To add, to remove and to score takes
 * O(ranks).
 *
 * <p>All ranks look up equally many rows of a table. Of a divided table, each owns an equal part.
 * What is asked of a rank travels to the samples as weights and comes back as gradients. Gradients
 * of replicated rows travel from each rank to each other one.
 */
final class RankLoads {

  private final StepModel model;

  /** Rows that a rank sends to others, whose gradients come back. */
  private final double[] sent;

  /** Rows that a rank gets from others, whose gradients it sends back. */
  private final double[] received;

  /** Gradients of replicated rows that a rank sends to others, and gets from them. */
  private final double[] gathered;

  /** Gradients that a rank sums, its own included. */
  private final double[] summed;

  private final double[] updated;
  private final double[] missed;

  /** Rows that a rank always has. */
  private final double[] held;

  RankLoads(StepModel model) {
    this.model = model;
    int ranks = model.ranks();
    sent = new double[ranks];
    received = new double[ranks];
    gathered = new double[ranks];
    summed = new double[ranks];
    updated = new double[ranks];
    missed = new double[ranks];
    held = new double[ranks];
  }

  void add(TableLoad table, Placement placement) {
    change(table, placement, 1);
  }

  void remove(TableLoad table, Placement placement) {
    change(table, placement, -1);
  }

  private void change(TableLoad table, Placement placement, int sign) {
    int ranks = model.ranks();
    double asked = sign * table.rankRows();
    for (int rank = 0; rank < ranks; rank++) {
      switch (placement.kind()) {
        case ROW -> own(table, rank, sign, 1. / ranks);
        case TABLE -> {
          if (rank == placement.rank()) {
            own(table, rank, sign, 1);
          } else {
            received[rank] += asked;
          }
        }
        case REPLICATED -> {
          gathered[rank] += asked * (ranks - 1);
          summed[rank] += asked * ranks;
          updated[rank] += sign * table.stepRows();
          held[rank] += sign * (double) table.rows();
        }
      }
    }
  }

  /** A rank owns a share of the rows, or all of them. */
  private void own(TableLoad table, int rank, int sign, double share) {
    int others = model.ranks() - 1;
    double asked = sign * table.rankRows();
    sent[rank] += asked * others * share;
    received[rank] += share < 1 ? asked * others * share : 0;
    summed[rank] += asked * model.ranks() * share;
    updated[rank] += sign * table.stepRows() * share;
    missed[rank] += sign * table.missedRows() * share;
    held[rank] += model.resident() ? sign * table.rows() * share : 0;
  }

  /** What a step costs a rank. A device sends and receives at the same time. */
  StepCost cost(int rank) {
    double weights = Math.max(sent[rank], received[rank]) * model.weightBytes();
    double gradients =
        (Math.max(sent[rank], received[rank]) + gathered[rank]) * model.gradientBytes();
    double bytesSent =
        sent[rank] * model.weightBytes()
            + (received[rank] + gathered[rank]) * model.gradientBytes();
    // Reads the row and its gradients, and writes the row.
    double updateBytes =
        updated[rank] * 2 * model.rowBytes() + summed[rank] * model.gradientBytes();
    var rates = model.rates();
    return new StepCost(
        Math.round(bytesSent),
        (weights + gradients) / rates.link(),
        updateBytes / rates.memory(),
        missed[rank] * model.rowBytes() / rates.host());
  }

  /** How good the placements so far are. */
  Score score() {
    double slowest = 0;
    double squares = 0;
    for (int rank = 0; rank < model.ranks(); rank++) {
      double seconds = cost(rank).seconds();
      slowest = Math.max(slowest, seconds);
      squares += seconds * seconds;
    }
    return new Score(overflow(), slowest, squares);
  }

  private double overflow() {
    return Arrays.stream(held)
        .map(rows -> Math.max(0, rows * model.rowBytes() - model.deviceBytes()))
        .sum();
  }

  /**
   * Compares ways to divide tables: those that fit first, then by the slowest rank, then by the sum
   * of squares, which is less if ranks are equally fast.
   *
   * @param overflow bytes that do not fit
   * @param slowest seconds of the slowest rank
   * @param squares sum of the squares of all ranks' seconds
   */
  record Score(double overflow, double slowest, double squares) {

    /** What sums in another order may differ by, relatively. */
    private static final double EQUAL = 1e-9;

    boolean betterThan(Score other) {
      if (differ(overflow, other.overflow)) {
        return overflow < other.overflow;
      }
      return differ(slowest, other.slowest)
          ? slowest < other.slowest
          : differ(squares, other.squares) && squares < other.squares;
    }

    private static boolean differ(double a, double b) {
      return Math.abs(a - b) > EQUAL * Math.max(a, b);
    }
  }
}
