package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * Reads the rows of successive lookups, for one worker. The time goes into cache misses, so rows
 * are found and touched {@value #AHEAD} at a time before they are read, in a loop so tight that
 * their misses overlap.
 */
final class RowReader {

  private static final int AHEAD = 128;

  private final CpuSlots slots;
  private final int dim;

  /** Slots of lookups located and not yet read, by lookup modulo AHEAD. */
  private final int[] slotsAhead = new int[AHEAD];

  private final float[] scalesAhead = new float[AHEAD];
  private StepInput input;
  private RowScales scales;
  private int next;
  private int located;
  private int end;

  RowReader(CpuSlots slots) {
    this.slots = slots;
    this.dim = slots.format().dim();
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
    int start = input.batch().lookupStart(feature);
    int stop = tile.from + tile.samples();
    next = start + (offsets == null ? tile.from : offsets[tile.from]);
    end = start + (offsets == null ? stop : offsets[stop]);
    located = next;
    return next;
  }

  /** Reads the weights of the next lookup's row. */
  void next(float[] into, Scratch scratch) {
    if (next == located) {
      locate(scratch);
    }
    int i = next++ % AHEAD;
    int slot = slotsAhead[i];
    slots.chunk(slot).get(slots.at(slot), into, 0, dim);
    if (scales != null) {
      RowScales.scale(into, dim, scalesAhead[i]);
    }
  }

  private void locate(Scratch scratch) {
    var uniqueOf = input.uniqueOf();
    var uniqueSlots = input.uniqueSlots();
    int stop = Math.min(end, next + AHEAD);
    float touched = 0;
    for (int l = next; l < stop; l++) {
      int slot = uniqueSlots.get(uniqueOf.get(l));
      slotsAhead[l % AHEAD] = slot;
      touched += slots.chunk(slot).get(slots.at(slot));
    }
    for (int l = next; scales != null && l < stop; l++) {
      scalesAhead[l % AHEAD] = scales.of(uniqueOf.get(l));
    }
    located = stop;
    scratch.keep(touched);
  }
}
