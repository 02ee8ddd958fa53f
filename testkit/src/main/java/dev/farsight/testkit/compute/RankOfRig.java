package dev.farsight.testkit.compute;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowGroups;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One rank of a {@link ShardedRig}: its device, its slots, its step. Owns the backend. */
final class RankOfRig implements AutoCloseable {

  final HostBuffers buffers;
  final CompiledStep step;
  private final ComputeBackend backend;
  private final int rank;
  private final StepSpec spec;
  private final RowPlacement placement;
  private final RingRows ringRows;
  private final SlotMemory memory;
  private final RowMoves moves;
  private final RowFinder finder;
  private final IdentityHashMap<StepInput, FoundRows> found = new IdentityHashMap<>();

  RankOfRig(
      ComputeBackend backend,
      int rank,
      Tape tape,
      StepSpec spec,
      RowPlacement placement,
      Collective collective) {
    this.backend = backend;
    this.rank = rank;
    this.spec = spec;
    this.placement = placement;
    this.ringRows = new RingRows(spec.slotFormat());
    this.buffers = backend.buffers();
    this.memory =
        backend.slots(spec.slotFormat(), placement.slots(), placement.rows(), placement.rows());
    this.moves = new RowMoves(placement.rows(), buffers);
    this.step = backend.compile(tape, spec, memory, collective);
    this.finder = step.rowFinder(RowGroups.one(spec.schema().tables()));
  }

  StepInput newInput() {
    var input =
        new StepInput(
            spec.schema(), spec.batchSize(), spec.maxUniqueRows(), spec.exchange(), buffers);
    if (finder != null) {
      found.put(input, finder.room());
    }
    return input;
  }

  /** Makes what the step does itself unusable, and lets its finder find the rows. */
  void prepare(StepInput input) {
    if (step.ordersLookups()) {
      StepInputs.spoilOrder(input);
    }
    if (finder != null && input.batch().samples() > 0) {
      StepInputs.spoilUniqueOf(input);
      input.foundRows(found.get(input));
      finder.find(input.batch(), input.foundRows()).await();
    } else {
      input.foundRows(null);
    }
  }

  /** Loads those of all rows that this rank has, or its columns: weights, then state. */
  void writeRows(float[][] rows) {
    moves.clear();
    moves.inFrom(0);
    int ringRow = 0;
    for (int row = 0; row < rows.length; row++) {
      if (placement.holds(rank, row)) {
        float[] own = placement.columns() ? ColumnPieces.of(spec, rank).read(rows[row]) : rows[row];
        ringRows.put(memory.in(), ringRow++, own);
        moves.load(placement.slot(rank, row));
      }
    }
    memory.stage(0, ringRow);
    memory.move(moves).await();
  }

  /** The rows that this rank has, or its columns, by row id, read through the out-ring. */
  Map<Long, float[]> rows() {
    moves.clear();
    moves.outFrom(0);
    for (int row = 0; row < placement.rows(); row++) {
      if (placement.holds(rank, row)) {
        moves.evict(placement.slot(rank, row));
      }
    }
    memory.move(moves).await();
    var rows = new TreeMap<Long, float[]>();
    for (int row = 0; row < placement.rows(); row++) {
      if (placement.holds(rank, row)) {
        rows.put((long) row, ringRows.get(memory.out(), rows.size()));
      }
    }
    return rows;
  }

  void writeDense(Map<String, float[]> values) {
    List<DenseState.Parameter> parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      step.dense().write(p, values.get(parameters.get(p).name()));
    }
  }

  /** Dense parameters and their state by name. */
  Map<String, float[]> dense() {
    var dense = new LinkedHashMap<String, float[]>();
    List<DenseState.Parameter> parameters = step.dense().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      var values = new float[parameters.get(p).size()];
      step.dense().read(p, values);
      dense.put(parameters.get(p).name(), values);
    }
    return dense;
  }

  @Override
  public void close() {
    if (finder != null) {
      finder.close();
    }
    step.close();
    memory.close();
    buffers.close();
    backend.close();
  }
}
