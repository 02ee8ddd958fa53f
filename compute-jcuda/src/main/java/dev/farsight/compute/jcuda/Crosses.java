package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.compute.jcuda.ParameterLayout.Place;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of cross layers: matrix products, and one kernel each way that reads and writes each
 * value once. What x0 is multiplied with is kept from the forward until the backward puts its
 * gradient in its place.
 */
final class Crosses {

  private static final int BLOCKS_EACH = 8;

  /**
   * What a layer keeps.
   *
   * @param middle x V^T; of full rank x itself
   * @param crossed what x0 is multiplied with
   */
  private record Kept(Value middle, Value crossed) {}

  private final StepKernels kernels;
  private final StepValues values;
  private final DenseParameters parameters;
  private final Products products;
  private final Map<Integer, Kept> kept = new HashMap<>();

  Crosses(StepKernels kernels, StepValues values, DenseParameters parameters, Products products) {
    this.kernels = kernels;
    this.values = values;
    this.parameters = parameters;
    this.products = products;
  }

  private Place parameter(Op.Cross op, String name) {
    return parameters.place(op.name() + name);
  }

  List<Command> forward(Op.Cross op) {
    List<Command> commands = new ArrayList<>();
    Value x0 = values.get(op.x0());
    Value x = values.get(op.x());
    Value middle = x;
    if (op.rank() > 0) {
      middle = values.keep(op.rank());
      commands.add(
          products.forward(
              op.name() + ".v", parameter(op, ".v"), x, middle, Gemm.Epilogue.NONE, null));
    }
    Value crossed = values.keep(op.output().size());
    kept.put(op.output().id(), new Kept(middle, crossed));
    commands.add(
        products.forward(
            op.name(),
            parameter(op, ".weight"),
            middle,
            crossed,
            Gemm.Epilogue.BIAS,
            parameter(op, ".bias")));
    Value y = values.make(op.output());
    commands.add(
        kernels.strided(
            BLOCKS_EACH,
            kernels.of(
                Stage.CROSS,
                "cross_forward",
                x0.address(),
                crossed.address(),
                x.address(),
                y.address(),
                values.fours(y))));
    return commands;
  }

  List<Command> backward(Op.Cross op, Value g) {
    Kept own = kept.get(op.output().id());
    boolean xIsX0 = values.same(op.x0(), op.x());
    Sink toX0 = values.sink(op.x0());
    Sink toX = xIsX0 ? toX0 : values.sink(op.x());
    // Where no other op delivered to x before, the last product adds g.
    boolean addToX = !xIsX0 && toX.add();
    List<Command> commands = new ArrayList<>();
    commands.add(
        StepKernels.tiled(
            g.ld(),
            kernels.of(
                Stage.CROSS,
                "cross_backward",
                g.address(),
                values.get(op.x0()).address(),
                own.crossed.address(),
                g.ld(),
                toX0.address(),
                toX0.addFlag(),
                xIsX0 ? 1 : 0,
                addToX ? toX.address() : 0,
                parameters.sum(parameter(op, ".bias").at()),
                parameters.columns())));
    long added = xIsX0 || addToX ? toX.address() : g.address();
    if (op.rank() == 0) {
      commands.addAll(
          products(op.name(), parameter(op, ".weight"), own.middle, own.crossed, toX, added));
      return commands;
    }
    Value ofMiddle = values.scratch(op.rank());
    commands.addAll(
        products(
            op.name(),
            parameter(op, ".weight"),
            own.middle,
            own.crossed,
            new Sink(ofMiddle, false),
            0));
    commands.addAll(
        products(op.name() + ".v", parameter(op, ".v"), values.get(op.x()), ofMiddle, toX, added));
    values.release(ofMiddle);
    return commands;
  }

  /** The gradients of a product's two operands. */
  private List<Command> products(
      String layer, Place matrix, Value x, Value g, Sink to, long added) {
    List<Command> commands = new ArrayList<>();
    if (to.wanted()) {
      commands.add(products.gradientOfInput(layer, matrix, g, to.gradient(), added));
    }
    commands.add(products.gradientOfWeights(layer, matrix, x, g));
    return commands;
  }
}
