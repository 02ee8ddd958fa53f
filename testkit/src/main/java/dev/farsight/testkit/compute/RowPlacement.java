package dev.farsight.testkit.compute;

import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.data.BatchSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which rank has each row, and in which slot: every row belongs to one rank, or is replicated on
 * all; or all ranks have columns of all rows.
 */
final class RowPlacement {

  /** Slots of each rank that hold no row. */
  private static final int SPARE_SLOTS = 3;

  private static final int REPLICATED = -1;
  private static final int COLUMNS = -2;

  /** By row. */
  private final int[] owners;

  /** By rank and row; -1 if the rank does not have the row. */
  private final int[][] slots;

  /** By feature: as in {@link SummedBags}; empty if no sums of bags are exchanged. */
  private final List<Integer> summedOn;

  /** By row: whether ranks exchange sums of the bags of its table. */
  private final boolean[] summed;

  private RowPlacement(int ranks, int[] owners, long slotSeed) {
    this(ranks, owners, List.of(), new boolean[owners.length], slotSeed);
  }

  private RowPlacement(
      int ranks, int[] owners, List<Integer> summedOn, boolean[] summed, long slotSeed) {
    this.owners = owners;
    this.summedOn = summedOn;
    this.summed = summed;
    this.slots = new int[ranks][owners.length];
    var random = new Random(slotSeed);
    for (int rank = 0; rank < ranks; rank++) {
      List<Integer> free = new ArrayList<>();
      for (int slot = 0; slot < owners.length + SPARE_SLOTS; slot++) {
        free.add(slot);
      }
      Collections.shuffle(free, random);
      for (int row = 0; row < owners.length; row++) {
        slots[rank][row] = holds(rank, row) ? free.get(row) : -1;
      }
    }
  }

  /**
   * Rows that belong to any rank.
   *
   * @param replicated how many of a hundred rows are replicated
   * @param ownerSeed draws the ranks
   * @param slotSeed draws the slots
   */
  static RowPlacement random(int ranks, int rows, int replicated, long ownerSeed, long slotSeed) {
    var random = new Random(ownerSeed);
    var owners = new int[rows];
    for (int row = 0; row < rows; row++) {
      owners[row] = random.nextInt(100) < replicated ? REPLICATED : random.nextInt(ranks);
    }
    return new RowPlacement(ranks, owners, slotSeed);
  }

  /** Rows that all belong to one rank. */
  static RowPlacement allOn(int rank, int ranks, int rows) {
    var owners = new int[rows];
    Arrays.fill(owners, rank);
    return new RowPlacement(ranks, owners, 1);
  }

  /** Rows of which every rank has its columns. */
  static RowPlacement columns(int ranks, int rows, long slotSeed) {
    var owners = new int[rows];
    Arrays.fill(owners, COLUMNS);
    return new RowPlacement(ranks, owners, slotSeed);
  }

  /**
   * Rows of tables of which some exchange sums of bags. The others are replicated or not.
   *
   * @param summedOn by table: the rank that has all of its rows, or {@link SummedBags#ALL_RANKS},
   *     or {@link SummedBags#ROWS}
   */
  static RowPlacement sums(int ranks, BatchSchema schema, int[] summedOn, long slotSeed) {
    var tables = schema.tables();
    var random = new Random(slotSeed);
    var owners = new int[(int) tables.rows()];
    var summed = new boolean[owners.length];
    // Owners change bits, so they do not depend on the seed of slots.
    var drawn = random(ranks, owners.length, 30, 21, 1).owners;
    for (int row = 0; row < owners.length; row++) {
      int on = summedOn[tables.tableOf(row)];
      summed[row] = on != SummedBags.ROWS;
      boolean replicated = drawn[row] == REPLICATED;
      owners[row] = summed[row] && replicated ? row % ranks : drawn[row];
      owners[row] = on >= 0 ? on : owners[row];
    }
    List<Integer> byFeature =
        schema.features().stream().map(feature -> summedOn[feature.table()]).toList();
    return new RowPlacement(ranks, owners, byFeature, summed, random.nextLong());
  }

  /** Whether ranks exchange sums of the bags that look a row up. */
  boolean summed(long row) {
    return summed[(int) row];
  }

  /** By feature, as in {@link SummedBags}. */
  List<Integer> summedOn() {
    return summedOn;
  }

  /** Whether ranks have columns of rows. */
  boolean columns() {
    return owners[0] == COLUMNS;
  }

  int ranks() {
    return slots.length;
  }

  int rows() {
    return owners.length;
  }

  /** How many slots each rank has. */
  int slots() {
    return owners.length + SPARE_SLOTS;
  }

  boolean replicated(long row) {
    return owners[(int) row] == REPLICATED;
  }

  /** Whether any row is replicated. */
  boolean replicates() {
    for (int owner : owners) {
      if (owner == REPLICATED) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rank sends a row: it is the rank's alone, or the rank has columns of it. */
  boolean sends(int rank, long row) {
    return owners[(int) row] == rank || columns();
  }

  /** Whether a rank has a row in a slot, or its columns. */
  boolean holds(int rank, long row) {
    return sends(rank, row) || replicated(row);
  }

  /** How many rows a rank has. */
  int held(int rank) {
    int held = 0;
    for (int row = 0; row < owners.length; row++) {
      held += holds(rank, row) ? 1 : 0;
    }
    return held;
  }

  /** The slot of a row that a rank has. */
  int slot(int rank, long row) {
    return slots[rank][(int) row];
  }
}
