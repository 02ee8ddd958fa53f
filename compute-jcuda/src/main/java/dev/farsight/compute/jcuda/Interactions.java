package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.table.RowFormat;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The commands of pairwise interactions, each with a module of its own shape. */
final class Interactions {

  private final JcudaBackend backend;
  private final TapeUse tape;
  private final StepValues values;
  private final RowFormat.Precision rowPrecision;

  /** Address of the rows. */
  private final long rows;

  private final int batchSize;
  private final Map<Integer, Kernels> modules = new HashMap<>();

  /**
   * @param rows address of the weights that lookups refer to
   */
  Interactions(
      JcudaBackend backend,
      TapeUse tape,
      StepValues values,
      RowFormat.Precision rowPrecision,
      long rows,
      int batchSize) {
    this.backend = backend;
    this.tape = tape;
    this.values = values;
    this.rowPrecision = rowPrecision;
    this.rows = rows;
    this.batchSize = batchSize;
  }

  /** The modules loaded so far. */
  List<Kernels> modules() {
    return new ArrayList<>(modules.values());
  }

  private Interaction shape(Op.Pairwise op) {
    return new Interaction(
        op.bag().features() + 1,
        op.bag().width(),
        tape.gathers(op),
        backend.precision(),
        backend.device().sharedBytes());
  }

  Command forward(Op.Pairwise op) {
    Interaction shape = shape(op);
    shape.require(backend.device());
    Kernels kernels = backend.load(shape.source(batchSize, rowPrecision));
    modules.put(op.output().id(), kernels);
    Value x = values.get(op.x());
    Value y = values.make(op.output());
    return eachSample(
        shape,
        Launch.ofBatch(
            Stage.INTERACTION,
            kernels,
            "interaction_forward",
            shape.forwardBytes(),
            x.address(),
            x.ld(),
            others(op),
            othersLd(op),
            y.address(),
            y.ld()));
  }

  Command backward(Op.Pairwise op, Value g) {
    Interaction shape = shape(op);
    Value x = values.get(op.x());
    Sink toX = values.sink(op.x());
    Sink toBag = values.sink(op.bag());
    return eachSample(
        shape,
        Launch.ofBatch(
            Stage.INTERACTION,
            modules.get(op.output().id()),
            "interaction_backward",
            shape.backwardBytes(),
            x.address(),
            x.ld(),
            others(op),
            othersLd(op),
            g.address(),
            g.ld(),
            toX.address(),
            toX.addFlag(),
            toBag.address(),
            toBag.ld(),
            toBag.addFlag()));
  }

  /** The vectors beside x: rows to gather, or a value. */
  private long others(Op.Pairwise op) {
    return tape.gathers(op) ? rows : values.get(op.bag()).address();
  }

  private long othersLd(Op.Pairwise op) {
    return tape.gathers(op) ? 0 : values.get(op.bag()).ld();
  }

  private Launch eachSample(Interaction shape, Launch launch) {
    return launch
        .grid(shape.blocks(batchSize, backend.device().multiprocessors()), 1)
        .block(shape.threads(), 1);
  }
}
