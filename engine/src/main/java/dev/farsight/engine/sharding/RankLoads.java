package dev.farsight.engine.sharding;

import dev.farsight.engine.cache.Sharding.Placement;

/**
 * The rows of a step by rank, while tables are placed. To add, to remove and to score takes
 * O(ranks).
 *
 * <p>All ranks look up equally many rows of a table. Of a divided table, each owns an equal part.
 * What is asked of a rank travels to the samples as weights and comes back as gradients. Gradients
 * of replicated rows travel from each rank to each other one. Of columns, each rank sends a part of
 * the bytes of every row, so that is counted as a share of the rows; what is a number for each row
 * is on all ranks, and travels between all of them.
 *
 * <p>Where sums of bags travel, a rank sends one for each bag of the others, whatever its share of
 * the rows. Whoever adds up rows reads them, and the gradients of their bags: a rank those of its
 * own samples' lookups, or of all lookups of its rows.
 */
final class RankLoads {

  private static final double HARDLY = 1e-4;

  private final StepModel model;

  /** Rows that a rank sends to others, whose gradients come back. */
  private final double[] sent;

  /** Rows that a rank gets from others, whose gradients it sends back. */
  private final double[] received;

  /** Gradients of replicated rows that a rank sends to others, and gets from them. */
  private final double[] gathered;

  /** Gradients that a rank sums, its own included. */
  private final double[] summed;

  /** Numbers that are summed for rows that are divided by column, sent to each other rank. */
  private final double[] numbers;

  /** Sums of bags that a rank sends to others, whose gradients come back. */
  private final double[] sumsSent;

  /** Sums of bags that a rank gets from others, whose gradients it sends back. */
  private final double[] sumsReceived;

  /** Lookups whose rows and gradients a rank reads. */
  private final double[] pooled;

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
    numbers = new double[ranks];
    sumsSent = new double[ranks];
    sumsReceived = new double[ranks];
    pooled = new double[ranks];
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
        case ROW -> {
          pooled[rank] += sign * table.rankLookups();
          keep(table, rank, sign, 1. / ranks);
          if (placement.sums()) {
            sumsSent[rank] += sign * table.rankBags() * (ranks - 1);
            sumsReceived[rank] += sign * table.rankBags() * (ranks - 1);
          } else {
            send(table, rank, sign, 1. / ranks);
          }
        }
        case TABLE -> {
          boolean owner = rank == placement.rank();
          if (owner) {
            keep(table, rank, sign, 1);
          }
          if (placement.sums()) {
            sumsSent[rank] += owner ? sign * table.rankBags() * (ranks - 1) : 0;
            sumsReceived[rank] += owner ? 0 : sign * table.rankBags();
            pooled[rank] += owner ? sign * table.rankLookups() * ranks : 0;
          } else {
            pooled[rank] += sign * table.rankLookups();
            if (owner) {
              send(table, rank, sign, 1);
            } else {
              received[rank] += asked;
            }
          }
        }
        case COLUMN -> {
          pooled[rank] += sign * table.rankLookups();
          keep(table, rank, sign, model.columnBytes() / model.rowBytes());
          send(table, rank, sign, 1. / ranks);
          numbers[rank] += sign * table.stepRows() * (ranks - 1);
        }
        case REPLICATED -> {
          pooled[rank] += sign * table.rankLookups();
          gathered[rank] += asked * (ranks - 1);
          summed[rank] += asked * ranks;
          updated[rank] += sign * table.stepRows();
          held[rank] += sign * (double) table.rows();
        }
      }
    }
  }

  /** A rank sends a share of the rows that others look up, or all of them. */
  private void send(TableLoad table, int rank, int sign, double share) {
    int others = model.ranks() - 1;
    double asked = sign * table.rankRows();
    sent[rank] += asked * others * share;
    received[rank] += share < 1 ? asked * others * share : 0;
    summed[rank] += asked * model.ranks() * share;
  }

  /**
   * A rank has a share of the rows in its slots, or all of them.
   *
   * @param held of the bytes of rows, with their state
   */
  private void keep(TableLoad table, int rank, int sign, double held) {
    updated[rank] += sign * table.stepRows() * held;
    missed[rank] += sign * table.missedRows() * held;
    this.held[rank] += model.resident() ? sign * table.rows() * held : 0;
  }

  /** What a step costs a rank. */
  StepCost cost(int rank) {
    double bytesSent =
        sent[rank] * model.weightBytes()
            + (received[rank] + gathered[rank]) * model.gradientBytes()
            + (sumsSent[rank] + sumsReceived[rank]) * model.gradientBytes()
            + numbers[rank] * model.rowStateBytes();
    return new StepCost(
        Math.round(bytesSent), exchangeSeconds(rank), updateSeconds(rank), moveSeconds(rank));
  }

  double seconds(int rank) {
    return exchangeSeconds(rank) + updateSeconds(rank) + moveSeconds(rank);
  }

  /** A device sends and receives at the same time. */
  private double exchangeSeconds(int rank) {
    int gradient = model.gradientBytes();
    double forward =
        Math.max(
            sent[rank] * model.weightBytes() + sumsSent[rank] * gradient,
            received[rank] * model.weightBytes() + sumsReceived[rank] * gradient);
    double backward =
        Math.max(sent[rank] + sumsSent[rank], received[rank] + sumsReceived[rank]) + gathered[rank];
    double bytes = forward + backward * gradient + numbers[rank] * model.rowStateBytes();
    return bytes / model.rates().link();
  }

  /** A device reads rows and gradients, for lookups and for updates, and writes rows. */
  private double updateSeconds(int rank) {
    double bytes =
        updated[rank] * 2 * model.rowBytes()
            + summed[rank] * model.gradientBytes()
            + pooled[rank] * (model.weightBytes() + model.gradientBytes());
    return bytes / model.rates().memory();
  }

  private double moveSeconds(int rank) {
    return missed[rank] * model.rowBytes() / model.rates().host();
  }

  /** How good the placements so far are. */
  Score score() {
    double slowest = 0;
    double squares = 0;
    for (int rank = 0; rank < model.ranks(); rank++) {
      double seconds = seconds(rank);
      slowest = Math.max(slowest, seconds);
      squares += seconds * seconds;
    }
    return new Score(overflow(), slowest, squares);
  }

  private double overflow() {
    double overflow = 0;
    for (double rows : held) {
      overflow += Math.max(0, rows * model.rowBytes() - model.deviceBytes());
    }
    return overflow;
  }

  /** The rank whose step takes longest. */
  int slowest() {
    int slowest = 0;
    for (int rank = 1; rank < model.ranks(); rank++) {
      slowest = seconds(rank) > seconds(slowest) ? rank : slowest;
    }
    return slowest;
  }

  /** Whether the slowest rank is hardly slower than all are on average, and all rows fit. */
  boolean balanced() {
    double sum = 0;
    for (int rank = 0; rank < model.ranks(); rank++) {
      sum += seconds(rank);
    }
    return overflow() == 0 && seconds(slowest()) * model.ranks() <= sum * (1 + HARDLY);
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
