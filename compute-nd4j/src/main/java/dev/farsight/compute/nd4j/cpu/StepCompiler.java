package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Turns a tape into kernels and updates. Ops that the logits do not depend on are left out, as are
 * gradients of values before which nothing learns. Ops that read the batch share one value each.
 */
final class StepCompiler {

  private final List<Op> ops;
  private final Tensor logits;
  private final StepSpec spec;
  private final CpuSlots slots;
  private final OpenBlas blas;
  private final int workers;
  private final NativeMemory memory;
  private final Tiling tiling;
  private final RuleArithmetic rule;
  private final RowScales scales;

  private final DenseParameters parameters;
  private final Layer[] layers;
  private final boolean[] needed;
  private final boolean[] learns;
  private final Value[] values;
  private final boolean[] delivered;
  private final Matrix ones;

  StepCompiler(
      Tape tape, StepSpec spec, CpuSlots slots, OpenBlas blas, int workers, NativeMemory memory) {
    this.ops = tape.ops();
    this.logits = tape.logits();
    this.spec = spec;
    this.slots = slots;
    this.blas = blas;
    this.workers = workers;
    this.memory = memory;
    this.tiling = Tiling.of(spec.batchSize());
    this.rule = RuleArithmetic.of(spec.optimizer());
    this.scales = new RowScales(spec, slots);
    this.parameters = new DenseParameters(spec.optimizer(), memory);
    this.layers = new Layer[ops.size()];
    this.needed = new boolean[ops.size()];
    this.learns = new boolean[ops.size()];
    this.values = new Value[ops.size()];
    this.delivered = new boolean[ops.size()];
    this.ones = memory.matrix(tiling.size(), 1);
    for (int s = 0; s < tiling.size(); s++) {
      ones.floats().put(s, 1f);
    }
  }

  /** What the compiler makes. */
  record Program(
      Tiling tiling,
      RowScales scales,
      List<Kernel> kernels,
      Value logits,
      List<Update> updates,
      DenseParameters parameters) {}

  Program compile() {
    findNeeded();
    findLearning();
    for (Op op : ops) {
      int id = op.output().id();
      if (op instanceof Op.Linear linear) {
        boolean relu = linear.activation() == Op.Activation.RELU;
        int in = linear.input().size();
        layers[id] = parameters.layer(linear.name(), in, linear.output().size(), relu);
      }
      if (needed[id]) {
        values[id] = value(op);
      }
    }
    var updates = new ArrayList<Update>();
    var kernels = kernels(updates);
    updates.sort(Comparator.comparingLong(Update::cost).reversed());
    return new Program(tiling, scales, kernels, values[logits.id()], updates, parameters);
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
    for (int id = ops.size() - 1; id >= 0; id--) {
      if (needed[id]) {
        inputs(ops.get(id)).forEach(input -> needed[input.id()] = true);
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

  /** Room for an op's value; that of an earlier op which reads the same from the batch. */
  private Value value(Op op) {
    int id = op.output().id();
    int same = sameAs(op);
    if (same != id) {
      return values[same];
    }
    int width = op.output().size();
    int margin = blas.rowsAlike() ? 0 : OpenBlas.END_COLUMNS;
    var output = memory.matrix(tiling.rows(), width, margin);
    return new Value(output, learns[id] ? memory.matrix(spec.batchSize(), width) : null);
  }

  /** The first needed op that makes the same value: itself unless it reads the batch. */
  private int sameAs(Op op) {
    if (op instanceof Op.Dense || op instanceof Op.EmbeddingBag) {
      for (Op earlier : ops) {
        if (earlier.getClass() == op.getClass() && needed[earlier.output().id()]) {
          return earlier.output().id();
        }
      }
    }
    return op.output().id();
  }

  /** Kernels in tape order; made backwards, because deliveries of gradients happen so. */
  private List<Kernel> kernels(List<Update> updates) {
    Deque<Kernel> kernels = new ArrayDeque<>();
    for (int id = ops.size() - 1; id >= 0; id--) {
      Op op = ops.get(id);
      if (needed[id] && sameAs(op) == id) {
        kernels.addFirst(kernel(op, values[id], updates));
      }
    }
    return List.copyOf(kernels);
  }

  private Kernel kernel(Op op, Value value, List<Update> updates) {
    if (op instanceof Op.Linear linear) {
      var layer = layers[op.output().id()];
      var x = output(linear.input());
      updates.addAll(WeightUpdate.of(blas, rule, layer, x, value.gradient(), workers, memory));
      var biasByTile = memory.matrix(tiling.tiles(), layer.out());
      updates.add(new BiasUpdate(rule, layer.bias(), biasByTile, tiling));
      var toInput = sink(linear.input());
      return new LinearKernel(
          blas, layer, x, toInput, value, biasByTile, ones.pointer(0, 0), tiling, workers, memory);
    }
    if (op instanceof Op.Pairwise pair) {
      var x = output(pair.x());
      var bag = output(pair.bag());
      var toX = sink(pair.x());
      return new PairwiseKernel(blas, x, toX, bag, sink(pair.bag()), value, workers, memory);
    }
    if (op instanceof Op.Concat concat) {
      var inputs = concat.inputs().stream().map(this::output).toArray(Matrix[]::new);
      var toInputs = concat.inputs().stream().map(this::sink).toArray(Sink[]::new);
      return new ConcatKernel(inputs, toInputs, value);
    }
    if (op instanceof Op.EmbeddingBag) {
      return bagKernel(value, updates);
    }
    return new DenseKernel(value.output());
  }

  private Kernel bagKernel(Value value, List<Update> updates) {
    boolean trained = value.gradient() != null;
    var winners = trained ? Winners.of(spec) : Winners.none(spec);
    if (trained) {
      boolean weighted = spec.schema().weightedLookups();
      updates.addAll(
          RowUpdates.of(slots, rule, value.gradient(), weighted, winners, scales, workers));
    }
    return new BagKernel(spec, slots, value, scales, winners, workers);
  }

  private Matrix output(Tensor tensor) {
    return values[tensor.id()].output();
  }

  private Sink sink(Tensor tensor) {
    int id = sameAs(ops.get(tensor.id()));
    boolean first = !delivered[id];
    delivered[id] = true;
    return new Sink(values[id].gradient(), first);
  }
}
