package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.nio.FloatBuffer;

/**
 * Reads the rows of successive lookups, for one worker, a block at a time. The time goes into cache
 * misses, so a block's rows are first found, then touched, then copied as float32, each in a loop
 * so tight that its misses overlap.
 */
final class RowReader {

  private static final int MAX_ROWS = 128;
  private static final int MAX_FLOATS = 8192;

  private final RowMemory slots;
  private final SlotRows slotRows;
  private final int dim;
  private final int[] uniqueRows;
  private final int[] rowSlots;
  private final float[] block;
  private StepInput input;
  private RowScales scales;
  private FloatBuffer weights;

  /** Number of the feature's first lookup. */
  private int start;

  /** Number of the first lookup after the block. */
  private int next;

  /** Number of the first lookup that is not read at all. */
  private int end;

  /** Rows in the block, and how many of them are handed out. */
  private int rows;

  private int used;
  private int at;

  RowReader(RowMemory slots, SlotRows slotRows) {
    this.slots = slots;
    this.slotRows = slotRows;
    this.dim = slots.format().dim();
    int most = Math.max(1, Math.min(MAX_ROWS, MAX_FLOATS / dim));
    this.uniqueRows = new int[most];
    this.rowSlots = new int[most];
    this.block = new float[most * dim];
  }

  /**
   * From now on, reads the lookups of a feature in a tile.
   *
   * @param scales of the rows; null if the table has no largest norm
   * @return number of the first lookup
   */
  int begin(Tile tile, int feature, RowScales scales) {
    this.input = tile.input();
    this.scales = scales;
    int[] offsets = input.batch().offsets(feature);
    start = input.batch().lookupStart(feature);
    weights = input.batch().lookupWeights(feature);
    int stop = tile.from + tile.samples();
    next = start + (offsets == null ? tile.from : offsets[tile.from]);
    end = start + (offsets == null ? stop : offsets[stop]);
    rows = 0;
    used = 0;
    return next;
  }

  /** Where the values of rows are. */
  float[] block() {
    return block;
  }

  /**
   * Makes the next rows available in the block, until the next call.
   *
   * @param most how many are wanted, at least 1; no more than are left
   * @return how many there are, at least 1
   */
  int take(int most, Scratch scratch) {
    if (used == rows) {
      read(scratch);
    }
    at = used * dim;
    int taken = Math.min(most, rows - used);
    used += taken;
    return taken;
  }

  /** Position in the block of the first row that was taken. */
  int at() {
    return at;
  }

  private void read(Scratch scratch) {
    rows = Math.min(end - next, rowSlots.length);
    used = 0;
    var uniqueSlots = input.uniqueSlots();
    input.uniqueOf().get(next, uniqueRows, 0, rows);
    for (int r = 0; r < rows; r++) {
      rowSlots[r] = uniqueSlots.get(uniqueRows[r]);
    }
    slots.touch(rowSlots, rows, scratch);
    for (int r = 0; r < rows; r++) {
      slotRows.copyWeights(rowSlots[r], block, r * dim);
    }
    for (int r = 0; r < rows && scales != null; r++) {
      RowScales.scale(block, r * dim, dim, scales.of(uniqueRows[r]));
    }
    if (weights != null) {
      for (int r = 0; r < rows; r++) {
        RowScales.scale(block, r * dim, dim, weights.get(next - start + r));
      }
    }
    next += rows;
  }
}
