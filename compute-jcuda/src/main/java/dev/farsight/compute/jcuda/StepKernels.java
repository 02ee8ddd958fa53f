package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The kernels of a step beside the interaction's, and the grids that they run on. */
final class StepKernels {

  private static final int THREADS = 256;

  /** As in layers.cu. */
  private static final int TILE_COLUMNS = 128;

  private static final int TILE_WARPS = 8;

  private final Kernels kernels;
  private final int multiprocessors;

  StepKernels(Kernels kernels, Gpu gpu) {
    this.kernels = kernels;
    this.multiprocessors = gpu.multiprocessors();
  }

  static KernelSource source(StepSpec spec, Precision precision) {
    return source(spec, precision, false);
  }

  /**
   * @param direct whether ranks reach each other's memory
   */
  static KernelSource source(StepSpec spec, Precision precision, boolean direct) {
    var shape = new BagShape(spec);
    List<String> files = new ArrayList<>(List.of("values.cu", "loss.cu", "layers.cu"));
    files.addAll(shape.files());
    files.addAll(List.of("arithmetic.cu", "cross.cu", "machine.cu", "norm.cu", "dropout.cu"));
    files.add("rules.cu");
    if (spec.exchange() != null) {
      files.add("exchange.cu");
    }
    files.addAll(List.of("parameters.cu", "rows.cu", "order.cu"));
    if (shape.sums()) {
      files.add("sums.cu");
    }
    return KernelSource.of("step", files, constants(spec, shape, precision, direct, false));
  }

  /**
   * The kernels that read and update what slots hold, where ranks have columns of rows: their width
   * is that of a slot.
   */
  static KernelSource ofColumns(StepSpec spec, Precision precision, boolean direct) {
    var shape = new BagShape(spec);
    List<String> files =
        new ArrayList<>(shape.files().stream().filter(file -> !hasForward(file)).toList());
    files.addAll(List.of("rules.cu", "exchange.cu", "rows.cu"));
    return KernelSource.of("columns", files, constants(spec, shape, precision, direct, true));
  }

  /** Whether a file of bags has the kernels of their forward pass. */
  private static boolean hasForward(String file) {
    return file.equals("bags.cu") || file.equals("gather.cu");
  }

  /**
   * @param owned whether kernels work on what slots hold
   */
  private static Map<String, Object> constants(
      StepSpec spec, BagShape shape, Precision precision, boolean direct, boolean owned) {
    Map<String, Object> constants = new TreeMap<>(shape.constants());
    if (spec.exchange() != null) {
      constants.put("RANKS", spec.exchange().ranks());
      constants.put("DIRECT", direct ? 1 : 0);
      constants.put("COLUMNS", spec.exchange().columns() ? 1 : 0);
      constants.put("OWNED", owned ? 1 : 0);
    }
    constants.put("BATCH", spec.batchSize());
    constants.put("BF16", precision == Precision.BF16 ? 1 : 0);
    constants.put("DENSE", spec.schema().denseWidth());
    constants.put("TABLES", spec.schema().features().size());
    constants.putAll(RowWeightKernels.constants(owned ? spec.slotFormat() : spec.format()));
    constants.putAll(new DeviceRule(spec.optimizer().rows()).ofRows());
    constants.putAll(new DeviceRule(spec.optimizer().dense()).ofDense());
    constants.put("TILES", DenseParameters.TILES);
    constants.put("WEIGHTED", spec.schema().weighted() ? 1 : 0);
    return constants;
  }

  /** A kernel that takes the batch first, on one thread until told otherwise. */
  Launch ofBatch(Stage stage, String name, long... others) {
    return Launch.ofBatch(stage, kernels, name, 0, others);
  }

  Launch of(Stage stage, String name, long... values) {
    return Launch.of(stage, kernels, name, values);
  }

  /** Blocks of 256 threads, so many for each multiprocessor. */
  Launch strided(int blocksEach, Launch launch) {
    return launch.grid(blocksEach * multiprocessors, 1).block(THREADS, 1);
  }

  /** A block for each {@value #TILE_COLUMNS} columns of each tile of samples. */
  static Launch tiled(int columns, Launch launch) {
    return launch
        .grid((columns + TILE_COLUMNS - 1) / TILE_COLUMNS, DenseParameters.TILES)
        .block(32, TILE_WARPS);
  }
}
