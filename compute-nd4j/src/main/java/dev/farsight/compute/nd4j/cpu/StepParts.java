package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.model.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.FloatPointer;

/** What the kernels and updates of a step share, and what they make their own parts of. */
final class StepParts {

  private final StepSpec spec;
  private final RowMemory rows;
  private final OpenBlas blas;
  private final NativeMemory memory;
  private final Tiling tiling;
  private final SlotRows[] slotRows;
  private final RowScales scales;
  private final Rules rules;
  private final DenseParameters parameters;
  private final FloatPointer ones;
  private final List<Update> updates = new ArrayList<>();
  private final Learning learning;

  /** Null if all tables exchange rows, or there is one rank. */
  private final BagTraffic bags;

  private final AtomicInteger saturated = new AtomicInteger();

  /**
   * @param rows where the rows of lookups are: those of slots, or those that arrive from other
   *     ranks
   * @param bags the exchange of sums of bags; null if there is none
   * @param memory owns what is made, and is closed by the caller
   */
  StepParts(
      Tape tape,
      StepSpec spec,
      RowMemory rows,
      BagTraffic bags,
      Learning learning,
      OpenBlas blas,
      int workers,
      NativeMemory memory) {
    this.learning = learning;
    this.bags = bags;
    this.spec = spec;
    this.rows = rows;
    this.blas = blas;
    this.memory = memory;
    this.tiling = Tiling.of(spec.batchSize());
    this.slotRows = SlotRows.of(rows, spec.seed(), workers);
    this.scales = new RowScales(spec, rows, slotRows);
    this.rules = new Rules(spec);
    this.parameters = new DenseParameters(tape, spec.optimizer().dense(), memory);
    var allOnes = memory.matrix(tiling.size(), 1);
    for (int s = 0; s < tiling.size(); s++) {
      allOnes.floats().put(s, 1f);
    }
    this.ones = allOnes.pointer(0, 0);
  }

  StepSpec spec() {
    return spec;
  }

  /** The rows of lookups, by the numbers of {@link StepInput#uniqueSlots}. */
  RowMemory rows() {
    return rows;
  }

  OpenBlas blas() {
    return blas;
  }

  int workers() {
    return slotRows.length;
  }

  NativeMemory memory() {
    return memory;
  }

  Tiling tiling() {
    return tiling;
  }

  /** Of the rows of lookups, by worker. */
  SlotRows[] slotRows() {
    return slotRows;
  }

  RowScales scales() {
    return scales;
  }

  Rules rules() {
    return rules;
  }

  /** What becomes of gradients. */
  Learning learning() {
    return learning;
  }

  /** The exchange of sums of bags; null if there is none. */
  BagTraffic bags() {
    return bags;
  }

  DenseParameters parameters() {
    return parameters;
  }

  /** As many ones as a tile has samples. */
  FloatPointer ones() {
    return ones;
  }

  /** The updates, to which kernels add theirs. */
  List<Update> updates() {
    return updates;
  }

  /** How many weights of rows the updates of a step saturated. */
  AtomicInteger saturated() {
    return saturated;
  }

  /** Room for values of each sample of whole tiles, that a product may read. */
  Matrix values(int width) {
    return memory.matrix(tiling.rows(), width, blas.rowsAlike() ? 0 : OpenBlas.END_COLUMNS);
  }

  /** Room for gradients of such values. */
  Matrix gradients(int width) {
    return memory.matrix(spec.batchSize(), width);
  }

  /** Room for each tile's gradient of a vector; adds the update of the vector by their sum. */
  Matrix byTile(DenseParameter vector) {
    var byTile = memory.matrix(tiling.tiles(), vector.value().width());
    updates.add(new VectorUpdate(learning.of(this, vector), byTile, tiling));
    return byTile;
  }

  /** An array for each worker. */
  float[][] arrays(int length) {
    return new float[slotRows.length][length];
  }
}
