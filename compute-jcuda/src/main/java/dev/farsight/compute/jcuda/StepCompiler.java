package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.compute.jcuda.DenseParameters.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns a tape into commands. Ops that the logits do not depend on are left out, as are gradients
 * of values before which nothing learns. Pooled rows are made only for ops other than the
 * interaction, which gathers them itself.
 */
final class StepCompiler {

  private static final int SAMPLES_A_LOSS_BLOCK = 256;

  private final JcudaBackend backend;
  private final StepSpec spec;
  private final JcudaSlots slots;
  private final DeviceMemory memory;
  private final Precision precision;
  private final Gpu gpu;
  private final List<Op> ops;
  private final Tensor logits;
  private final boolean[] needed;
  private final boolean[] learns;
  private final boolean[] pooled;
  private final int[] uses;
  private final Value[] values;
  private final Value[] gradients;
  private final boolean[] delivered;
  private final GradientPool pool;
  private final DenseParameters parameters;
  private final CublasLt lt;
  private final Kernels step;
  private final List<Kernels> modules = new ArrayList<>();
  private final List<Gemm> products = new ArrayList<>();
  private final List<Command> forward = new ArrayList<>();
  private final List<Command> backward = new ArrayList<>();
  private final Kernels[] interactions;
  private final long loss;

  StepCompiler(
      JcudaBackend backend,
      Tape tape,
      StepSpec spec,
      JcudaSlots slots,
      CublasLt lt,
      DeviceMemory memory) {
    this.backend = backend;
    this.spec = spec;
    this.slots = slots;
    this.lt = lt;
    this.memory = memory;
    this.precision = backend.precision();
    this.gpu = backend.device();
    this.ops = tape.ops();
    this.logits = tape.logits();
    int count = ops.size();
    this.needed = new boolean[count];
    this.learns = new boolean[count];
    this.pooled = new boolean[count];
    this.uses = new int[count];
    this.values = new Value[count];
    this.gradients = new Value[count];
    this.delivered = new boolean[count];
    this.interactions = new Kernels[count];
    this.pool = new GradientPool(memory);
    this.parameters = new DenseParameters(backend, ops, spec.optimizer(), memory);
    this.loss = memory.allocate("the loss", Float.BYTES);
    this.step = load(source(spec, precision));
  }

  /** What the compiler makes. */
  record Program(
      List<Command> train,
      List<Command> evaluate,
      DenseParameters parameters,
      List<Gemm> products,
      List<Kernels> modules) {}

  /** The kernels of a step, without interactions. */
  static KernelSource source(StepSpec spec, Precision precision) {
    return KernelSource.of(
        "step",
        List.of("values.cu", "loss.cu", "layers.cu", "parameters.cu", "rows.cu"),
        Map.of(
            "BATCH",
            spec.batchSize(),
            "BF16",
            precision == Precision.BF16 ? 1 : 0,
            "DENSE",
            spec.schema().denseWidth(),
            "TABLES",
            spec.schema().tables().size(),
            "DIM",
            spec.layout().dim(),
            "TILES",
            DenseParameters.TILES,
            "ADAGRAD",
            spec.optimizer().kind().rowState(),
            "EPS",
            spec.optimizer().eps() + "f"));
  }

  private Kernels load(KernelSource source) {
    Kernels kernels = backend.load(source);
    modules.add(kernels);
    return kernels;
  }

  Program compile() {
    findNeeded();
    findLearning();
    for (Op op : ops) {
      int id = op.output().id();
      if (needed[id] && sameAs(op) == id) {
        forward(op);
      }
    }
    Value z = value(logits);
    int lossBlocks = (spec.batchSize() + SAMPLES_A_LOSS_BLOCK - 1) / SAMPLES_A_LOSS_BLOCK;
    long sums = memory.allocate("the loss", (long) lossBlocks * Double.BYTES);
    Value dz = learns[logits.id()] ? gradient(sameAs(ops.get(logits.id()))) : null;
    var finish = Launch.ofBatch(step, "loss_finish", 0, sums, loss);

    List<Command> train = new ArrayList<>(forward);
    train.add(lossForward(z, dz, sums, lossBlocks));
    train.add(finish);
    for (int id = ops.size() - 1; id >= 0; id--) {
      Op op = ops.get(id);
      if (needed[id] && sameAs(op) == id && gradients[id] != null) {
        backward(op);
        if (!(op instanceof Op.EmbeddingBag)) {
          pool.giveBack(gradients[id].address());
        }
      }
    }
    train.addAll(backward);
    train.add(parameters.update(step, loss));

    List<Command> evaluate = new ArrayList<>(forward);
    if (spec.schema().labelled()) {
      evaluate.add(lossForward(z, null, sums, lossBlocks));
      evaluate.add(finish);
    }
    evaluate.add(
        Launch.ofBatch(step, "logits_out", 0, z.address(), z.wideFlag(), z.ld())
            .grid(lossBlocks, 1)
            .block(SAMPLES_A_LOSS_BLOCK, 1));
    return new Program(train, evaluate, parameters, products, modules);
  }

  private Launch lossForward(Value z, Value dz, long sums, int blocks) {
    return Launch.ofBatch(
            step,
            "loss_forward",
            0,
            z.address(),
            z.wideFlag(),
            z.ld(),
            dz == null ? 0 : dz.address(),
            sums)
        .grid(blocks, 1)
        .block(SAMPLES_A_LOSS_BLOCK, 1);
  }

  private static List<Tensor> inputs(Op op) {
    if (op instanceof Op.Linear linear) {
      return List.of(linear.input());
    }
    if (op instanceof Op.Pairwise pairwise) {
      return List.of(pairwise.x(), pairwise.bag());
    }
    return op instanceof Op.Concat concat ? concat.inputs() : List.of();
  }

  private void findNeeded() {
    needed[logits.id()] = true;
    pooled[sameAs(ops.get(logits.id()))] = true;
    for (int id = ops.size() - 1; id >= 0; id--) {
      if (needed[id]) {
        for (Tensor input : inputs(ops.get(id))) {
          int same = sameAs(ops.get(input.id()));
          needed[input.id()] = true;
          needed[same] = true;
          uses[same]++;
          boolean gathers = ops.get(id) instanceof Op.Pairwise pair && pair.x().id() != input.id();
          pooled[same] |= !gathers;
        }
      }
    }
  }

  private void findLearning() {
    for (int id = 0; id < ops.size(); id++) {
      Op op = ops.get(id);
      learns[id] =
          op instanceof Op.Linear
              || (op instanceof Op.EmbeddingBag && !spec.optimizer().freezeRows())
              || inputs(op).stream().anyMatch(input -> learns[input.id()]);
    }
  }

  /** The first op that makes the same value: itself unless it reads the batch. */
  private int sameAs(Op op) {
    if (op instanceof Op.Dense || op instanceof Op.EmbeddingBag) {
      for (Op earlier : ops) {
        if (earlier.getClass() == op.getClass()) {
          return earlier.output().id();
        }
      }
    }
    return op.output().id();
  }

  private Value value(Tensor tensor) {
    return values[sameAs(ops.get(tensor.id()))];
  }

  /** Logits of a layer of their own are floats whatever the precision. */
  private boolean wide(Op op) {
    int id = op.output().id();
    return precision != Precision.BF16
        || (op instanceof Op.Linear && id == logits.id() && uses[id] == 0);
  }

  private Value allocate(Op op) {
    int size = op.output().size();
    boolean wide = wide(op);
    long bytes = (long) spec.batchSize() * Value.ld(size) * (wide ? Float.BYTES : precision.bytes);
    return new Value(memory.allocate("values", bytes), size, Value.ld(size), wide);
  }

  /** Where the gradient of an op's value goes; made when first asked for. */
  private Value gradient(int id) {
    if (gradients[id] == null) {
      Op op = ops.get(id);
      int size = op.output().size();
      boolean rows = op instanceof Op.EmbeddingBag;
      boolean wide = wide(op);
      int ld = Value.ld(size);
      long bytes = (long) spec.batchSize() * ld * (wide ? Float.BYTES : precision.bytes);
      long address = rows ? memory.allocate("gradients of rows", bytes) : pool.take(bytes);
      gradients[id] = new Value(address, size, ld, wide);
    }
    return gradients[id];
  }

  /** A gradient to deliver to: added to if something was delivered before. Null: not wanted. */
  private record Sink(Value gradient, boolean add) {

    long address() {
      return gradient == null ? 0 : gradient.address();
    }

    long addFlag() {
      return add ? 1 : 0;
    }
  }

  private Sink sink(Tensor tensor) {
    int id = sameAs(ops.get(tensor.id()));
    if (!learns[id]) {
      return new Sink(null, false);
    }
    boolean add = delivered[id];
    delivered[id] = true;
    return new Sink(gradient(id), add);
  }

  private Launch everywhere(Launch launch) {
    return launch.grid(8 * gpu.multiprocessors(), 1).block(256, 1);
  }

  private void forward(Op op) {
    int id = op.output().id();
    boolean bag = op instanceof Op.EmbeddingBag;
    if (!bag || pooled[id]) {
      values[id] = allocate(op);
    }
    Value y = values[id];
    if (op instanceof Op.Dense) {
      forward.add(everywhere(Launch.ofBatch(step, "dense_forward", 0, y.address(), y.ld())));
    } else if (bag && pooled[id]) {
      forward.add(
          everywhere(Launch.ofBatch(step, "bag_forward", 0, slots.weights(), y.address(), y.ld())));
    } else if (op instanceof Op.Linear linear) {
      forward(parameters.layer(id), value(linear.input()), y);
    } else if (op instanceof Op.Pairwise pair) {
      forward(pair, y);
    } else if (op instanceof Op.Concat concat) {
      long at = 0;
      for (Tensor input : concat.inputs()) {
        forward.add(copy(value(input), 0, y, at, input.size(), input.size(), false));
        at += input.size();
      }
    }
  }

  private Launch copy(
      Value from, long fromAt, Value to, long toAt, long width, long columns, boolean add) {
    return everywhere(
        Launch.of(
            step,
            "copy_columns",
            from.address(),
            from.ld(),
            fromAt,
            from.wideFlag(),
            to.address(),
            to.ld(),
            toAt,
            to.wideFlag(),
            width,
            columns,
            add ? 1 : 0));
  }

  private void forward(Layer layer, Value x, Value y) {
    long relu = layer.relu() ? 1 : 0;
    if (layer.single()) {
      forward.add(
          everywhere(
              Launch.of(
                  step,
                  "single_forward",
                  x.address(),
                  x.ld(),
                  parameters.value(layer.weight()),
                  parameters.value(layer.bias()),
                  y.address(),
                  y.ld(),
                  y.wideFlag(),
                  relu)));
      return;
    }
    forward.add(
        product(
            layer.name() + " forward",
            weights(layer, y, true),
            matrix(x, false),
            matrix(y, false),
            false,
            layer.relu() ? Gemm.Epilogue.RELU_BIAS : Gemm.Epilogue.BIAS,
            parameters.element(layer.bias())));
  }

  private Gemm.Operand matrix(Value value, boolean transposed) {
    int type = value.wide() ? CublasLt.R_32F : precision.type;
    return new Gemm.Operand(value.address(), type, value.ld(), spec.batchSize(), transposed);
  }

  private Gemm.Operand weights(Layer layer, Value y, boolean transposed) {
    long address = parameters.element(layer.weight());
    return new Gemm.Operand(address, precision.type, layer.inLd(), y.ld(), transposed);
  }

  private Gemm product(
      String name,
      Gemm.Operand a,
      Gemm.Operand b,
      Gemm.Operand d,
      boolean add,
      Gemm.Epilogue epilogue,
      long bias) {
    var gemm = new Gemm(name, lt, precision.compute, a, b, d, add, epilogue, bias);
    products.add(gemm);
    return gemm;
  }

  private boolean gathers(Op.Pairwise pair) {
    return ops.get(pair.bag().id()) instanceof Op.EmbeddingBag;
  }

  private void forward(Op.Pairwise pair, Value y) {
    boolean gather = gathers(pair);
    var shape = new Interaction(pair.bag().features() + 1, pair.bag().width(), gather, precision);
    shape.require(gpu);
    var kernels = load(shape.source(spec.batchSize()));
    interactions[pair.output().id()] = kernels;
    Value x = value(pair.x());
    forward.add(
        eachSample(
            Launch.ofBatch(
                kernels,
                "interaction_forward",
                shape.forwardBytes(),
                x.address(),
                x.ld(),
                gather ? slots.weights() : value(pair.bag()).address(),
                gather ? 0 : value(pair.bag()).ld(),
                y.address(),
                y.ld())));
  }

  private Launch eachSample(Launch launch) {
    return launch
        .grid(Math.min(spec.batchSize(), 16 * gpu.multiprocessors()), 1)
        .block(Interaction.THREADS, 1);
  }

  private void backward(Op op) {
    int id = op.output().id();
    Value g = gradients[id];
    if (op instanceof Op.Linear linear) {
      Layer layer = parameters.layer(id);
      if (layer.single()) {
        backwardSingle(layer, linear, g);
      } else {
        backward(layer, linear, g);
      }
    } else if (op instanceof Op.Pairwise pair) {
      backward(pair, g);
    } else if (op instanceof Op.Concat concat) {
      long at = 0;
      for (Tensor input : concat.inputs()) {
        Sink to = sink(input);
        if (to.gradient != null) {
          int columns = to.gradient.ld();
          backward.add(copy(g, at, to.gradient, 0, input.size(), columns, to.add));
        }
        at += input.size();
      }
    } else if (op instanceof Op.EmbeddingBag) {
      backward.addAll(RowUpdates.of(backend, step, spec, slots, g, loss, memory));
    }
  }

  private void backward(Layer layer, Op.Linear linear, Value g) {
    Value x = value(linear.input());
    Value y = value(linear.output());
    int columnsABlock = 128;
    backward.add(
        Launch.of(
                step,
                "mask_and_sum",
                y.address(),
                g.address(),
                g.ld(),
                layer.relu() ? 1 : 0,
                parameters.sum(layer.bias()),
                parameters.columns())
            .grid((g.ld() + columnsABlock - 1) / columnsABlock, DenseParameters.TILES)
            .block(32, 8));
    Sink to = sink(linear.input());
    if (to.gradient != null) {
      backward.add(
          product(
              layer.name() + " gradient of input",
              weights(layer, y, false),
              matrix(g, false),
              matrix(to.gradient, false),
              to.add,
              Gemm.Epilogue.NONE,
              0));
    }
    long gradient = parameters.gradient(layer.weight());
    backward.add(
        product(
            layer.name() + " gradient of weights",
            matrix(x, false),
            matrix(g, true),
            new Gemm.Operand(gradient, CublasLt.R_32F, x.ld(), y.ld(), false),
            false,
            Gemm.Epilogue.NONE,
            0));
  }

  private void backwardSingle(Layer layer, Op.Linear linear, Value g) {
    Value x = value(linear.input());
    Value y = value(linear.output());
    Sink to = sink(linear.input());
    int columnsABlock = 128;
    backward.add(
        Launch.of(
                step,
                "single_backward",
                x.address(),
                x.ld(),
                parameters.value(layer.weight()),
                y.address(),
                g.address(),
                g.ld(),
                g.wideFlag(),
                layer.relu() ? 1 : 0,
                to.address(),
                to.gradient == null ? 0 : to.gradient.wideFlag(),
                to.addFlag(),
                parameters.sum(layer.weight()),
                parameters.sum(layer.bias()),
                parameters.columns())
            .grid((x.ld() + columnsABlock - 1) / columnsABlock, DenseParameters.TILES)
            .block(32, 8));
  }

  private void backward(Op.Pairwise pair, Value g) {
    boolean gather = gathers(pair);
    var shape = new Interaction(pair.bag().features() + 1, pair.bag().width(), gather, precision);
    Value x = value(pair.x());
    Sink toX = sink(pair.x());
    Sink toBag = sink(pair.bag());
    backward.add(
        eachSample(
            Launch.ofBatch(
                interactions[pair.output().id()],
                "interaction_backward",
                shape.backwardBytes(),
                x.address(),
                x.ld(),
                gather ? slots.weights() : value(pair.bag()).address(),
                gather ? 0 : value(pair.bag()).ld(),
                g.address(),
                g.ld(),
                toX.address(),
                toX.addFlag(),
                toBag.address(),
                toBag.gradient == null ? 0 : toBag.gradient.ld(),
                toBag.addFlag())));
  }
}
