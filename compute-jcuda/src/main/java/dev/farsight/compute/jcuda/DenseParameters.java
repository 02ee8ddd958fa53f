package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import com.sun.jna.Memory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.model.Op;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.compute.jcuda.ParameterLayout.Place;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.JCudaDriver;

/**
 * Dense parameters on the device, one after the other, so that one kernel updates all, in the
 * {@linkplain ParameterLayout order} of how their gradients come about. Padding is zeros that stay
 * zero.
 */
final class DenseParameters implements DenseState {

  /** Tiles that samples are cut into; the sums depend on it. */
  static final int TILES = 128;

  private final Gpu gpu;
  private final Stream lane;

  /** What the optimizer keeps for each parameter. */
  private final List<StatePart> parts;

  private final Precision precision;
  private final ParameterLayout layout;
  private final List<Place> places;
  private final long products;
  private final long columns;
  private final long values;
  private final long state;
  private final long copy;
  private final long gradients;
  private final long partial;
  private Launch refresh;

  /**
   * @param shared whether several ranks share the step
   */
  DenseParameters(
      JcudaBackend backend,
      List<Op> ops,
      OptimizerSpec optimizer,
      boolean shared,
      DeviceMemory memory) {
    this.gpu = backend.device();
    this.lane = backend.lane();
    this.precision = backend.precision();
    this.parts = optimizer.dense().denseState();
    layout = new ParameterLayout(ops);
    places = layout.places();
    products = layout.products();
    columns = layout.columns();
    long end = products + columns;
    values = memory.allocate("dense parameters", end * Float.BYTES);
    long stateBytes = parts.size() * end * Float.BYTES;
    state = parts.isEmpty() ? 0 : memory.allocate("state of the optimizer", stateBytes);
    startState();
    boolean copied = precision == Precision.BF16;
    copy = copied ? memory.allocate("dense parameters in bfloat16", end * Short.BYTES) : 0;
    gradients = memory.allocate("gradients of parameters", (shared ? end : products) * Float.BYTES);
    partial = memory.allocate("gradients of parameters", TILES * columns * Float.BYTES);
  }

  /** Gives state its start values; what pads it gets them too. */
  private void startState() {
    for (int p = 0; p < parts.size(); p++) {
      int start = Float.floatToRawIntBits(parts.get(p).start());
      check("cuMemsetD32", JCudaDriver.cuMemsetD32Async(Device.at(state(p)), start, total(), lane));
    }
    Gpu.synchronize(lane);
  }

  /** Floats of all parameters, padded. */
  long total() {
    return products + columns;
  }

  /** Address of a part of the state. */
  private long state(int part) {
    return state + part * total() * Float.BYTES;
  }

  /** Where the parameter of that name lies. */
  Place place(String parameter) {
    return layout.place(parameter);
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

  /** Address of all gradients, where several ranks share the step. */
  long gradients() {
    return gradients;
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
    makeRefresh(kernels);
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

  /** Completes this rank's gradients, for the other ranks. */
  Launch sumColumns(StepKernels kernels) {
    return kernels.strided(
        1, kernels.of(Stage.PARAMETERS, "sum_columns", gradients, products, partial, columns));
  }

  /**
   * The command that updates all, by the gradients of all ranks.
   *
   * @param routes address of all ranks' addresses
   */
  Launch update(StepKernels kernels, long halted, long routes) {
    makeRefresh(kernels);
    return kernels.strided(
        8,
        kernels.ofBatch(
            Stage.PARAMETERS, "update_parameters", halted, values, state, copy, routes, total()));
  }

  private void makeRefresh(StepKernels kernels) {
    refresh =
        kernels.strided(4, kernels.of(Stage.PARAMETERS, "copy_parameters", values, copy, total()));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    places.forEach(place -> all.add(place.parameter()));
    for (StatePart part : parts) {
      for (Place place : places) {
        var of = place.parameter();
        all.add(new Parameter(of.name() + "." + part.name(), of.shape(), true));
      }
    }
    return List.copyOf(all);
  }

  @Override
  public void read(int parameter, float[] into) {
    gpu.enter();
    Place place = place(parameter);
    var padded = new Memory((long) place.rows() * place.ld() * Float.BYTES);
    check(
        "the copy of a parameter to the host",
        JCudaDriver.cuMemcpyDtoHAsync(
            host(padded), Device.at(address(parameter)), padded.size(), lane));
    Gpu.synchronize(lane);
    for (int row = 0; row < place.rows(); row++) {
      padded.read((long) row * place.ld() * Float.BYTES, into, row * place.width(), place.width());
    }
  }

  @Override
  public void write(int parameter, float[] from) {
    gpu.enter();
    Place place = place(parameter);
    var padded = new Memory((long) place.rows() * place.ld() * Float.BYTES);
    padded.clear();
    for (int row = 0; row < place.rows(); row++) {
      padded.write((long) row * place.ld() * Float.BYTES, from, row * place.width(), place.width());
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
    int part = parameter / places.size() - 1;
    long base = part < 0 ? values : state(part);
    return base + place(parameter).at() * Float.BYTES;
  }
}
