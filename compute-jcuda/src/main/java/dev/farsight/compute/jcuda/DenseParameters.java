package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import com.sun.jna.Memory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.model.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.JCudaDriver;

/**
 * Dense parameters on the device, one after the other, so that one kernel updates all: first
 * weights whose gradients are matrix products, then what is summed over tiles of samples. Widths
 * are padded like those of values, with zeros that stay zero.
 */
final class DenseParameters implements DenseState {

  /** Tiles that samples are cut into; the sums depend on it. */
  static final int TILES = 128;

  /** Floats that parameters are aligned to: 256 bytes, also of bfloat16. */
  private static final int ALIGNED = 128;

  /** Where a layer's parameters begin, counted in elements from the first. */
  record Layer(String name, int in, int out, boolean relu, long weight, long bias) {

    int inLd() {
      return Value.ld(in);
    }

    /** Of one output: kept as a vector, computed by a kernel of its own. */
    boolean single() {
      return out == 1;
    }
  }

  /** A parameter's place: {@code rows} of {@code width} floats, {@code ld} apart. */
  private record Place(Parameter parameter, long at, int rows, int width, int ld) {}

  private final Gpu gpu;
  private final Stream lane;
  private final boolean adagrad;
  private final Precision precision;
  private final Map<Integer, Layer> layers = new HashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final long products;
  private final long columns;
  private final long values;
  private final long state;
  private final long copy;
  private final long gradients;
  private final long partial;
  private Launch refresh;

  DenseParameters(
      JcudaBackend backend, List<Op> ops, OptimizerSpec optimizer, DeviceMemory memory) {
    this.gpu = backend.device();
    this.lane = backend.lane();
    this.precision = backend.precision();
    this.adagrad = !optimizer.dense().denseState().isEmpty();
    List<Op.Linear> linear =
        ops.stream().filter(Op.Linear.class::isInstance).map(Op.Linear.class::cast).toList();
    long end = 0;
    Map<String, Long> weights = new HashMap<>();
    for (Op.Linear op : linear) {
      if (op.output().size() > 1) {
        weights.put(op.name(), end);
        end += aligned((long) Value.ld(op.input().size()) * Value.ld(op.output().size()));
      }
    }
    products = end;
    for (Op.Linear op : linear) {
      int out = op.output().size();
      if (out == 1) {
        weights.put(op.name(), end);
        end += aligned(Value.ld(op.input().size()));
      }
      boolean relu = op.activation() == Op.Activation.RELU;
      long weight = weights.get(op.name());
      var layer = new Layer(op.name(), op.input().size(), out, relu, weight, end);
      end += aligned(Value.ld(out));
      layers.put(op.output().id(), layer);
      place(op.name() + ".weight", List.of(out, layer.in), weight, out, layer.in);
      place(op.name() + ".bias", List.of(out), layer.bias, 1, out);
    }
    columns = end - products;
    values = memory.allocate("dense parameters", end * Float.BYTES);
    state = adagrad ? memory.allocate("state of the optimizer", end * Float.BYTES) : 0;
    boolean copied = precision == Precision.BF16;
    copy = copied ? memory.allocate("dense parameters in bfloat16", end * Short.BYTES) : 0;
    gradients = memory.allocate("gradients of parameters", products * Float.BYTES);
    partial = memory.allocate("gradients of parameters", TILES * columns * Float.BYTES);
  }

  private static long aligned(long floats) {
    return (floats + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  private void place(String name, List<Integer> shape, long at, int rows, int width) {
    places.add(new Place(new Parameter(name, shape, false), at, rows, width, Value.ld(width)));
  }

  /** The layer whose output is the value of that number. */
  Layer layer(int id) {
    return layers.get(id);
  }

  /** Address of the parameter at a position, as float. */
  long value(long at) {
    return values + at * Float.BYTES;
  }

  /** Address of the parameter at a position, as matrix products take it. */
  long element(long at) {
    return copy == 0 ? value(at) : copy + at * Short.BYTES;
  }

  /** Address of the gradient at a position among the products. */
  long gradient(long at) {
    return gradients + at * Float.BYTES;
  }

  /** Address, in the first tile, of the sum at a position. */
  long sum(long at) {
    return partial + (at - products) * Float.BYTES;
  }

  /** Sums a tile has. */
  long columns() {
    return columns;
  }

  /**
   * The command that updates all.
   *
   * @param halted address of the flag that keeps it from doing so
   */
  Launch update(StepKernels kernels, long halted) {
    long total = products + columns;
    refresh =
        kernels.strided(4, kernels.of(Stage.PARAMETERS, "copy_parameters", values, copy, total));
    return kernels.strided(
        8,
        kernels.ofBatch(
            Stage.PARAMETERS,
            "update_parameters",
            halted,
            values,
            state,
            copy,
            gradients,
            products,
            partial,
            columns));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    places.forEach(place -> all.add(place.parameter));
    if (adagrad) {
      for (Place place : places) {
        var of = place.parameter;
        all.add(new Parameter(of.name() + ".adagrad", of.shape(), true));
      }
    }
    return List.copyOf(all);
  }

  @Override
  public void read(int parameter, float[] into) {
    gpu.enter();
    Place place = place(parameter);
    var padded = new Memory((long) place.rows * place.ld * Float.BYTES);
    check(
        "the copy of a parameter to the host",
        JCudaDriver.cuMemcpyDtoHAsync(
            host(padded), Device.at(address(parameter)), padded.size(), lane));
    Gpu.synchronize(lane);
    for (int row = 0; row < place.rows; row++) {
      padded.read((long) row * place.ld * Float.BYTES, into, row * place.width, place.width);
    }
  }

  @Override
  public void write(int parameter, float[] from) {
    gpu.enter();
    Place place = place(parameter);
    var padded = new Memory((long) place.rows * place.ld * Float.BYTES);
    padded.clear();
    for (int row = 0; row < place.rows; row++) {
      padded.write((long) row * place.ld * Float.BYTES, from, row * place.width, place.width);
    }
    check(
        "the copy of a parameter to the device",
        JCudaDriver.cuMemcpyHtoDAsync(
            Device.at(address(parameter)), host(padded), padded.size(), lane));
    if (copy != 0 && parameter < places.size()) {
      refresh.enqueue(lane);
    }
    Gpu.synchronize(lane);
  }

  private static Host host(Memory memory) {
    return new Host(com.sun.jna.Pointer.nativeValue(memory));
  }

  private Place place(int parameter) {
    return places.get(parameter % places.size());
  }

  private long address(int parameter) {
    long base = parameter < places.size() ? values : state;
    return base + place(parameter).at * Float.BYTES;
  }
}
