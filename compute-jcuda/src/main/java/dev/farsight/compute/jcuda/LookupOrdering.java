package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import java.util.List;

/**
 * Puts the lookups of a batch in the order of their rows, on the device, once the batch is there
 * and before it is trained on.
 */
interface LookupOrdering {

  /**
   * Starts it.
   *
   * @param input device address of the batch's {@code Input}
   */
  void enqueue(long input, Batch batch, int uniqueRows, Stream stream);

  /** Modules of its own, which the caller closes. */
  List<Kernels> modules();

  /**
   * @param step the kernels of the step
   */
  static LookupOrdering of(JcudaBackend backend, Kernels step, StepSpec spec, DeviceMemory memory) {
    int sharedBytes = backend.device().sharedBytes();
    return BlockForEachTable.orders(spec, sharedBytes)
        ? new BlockOrdering(step, spec)
        : new LookupSort(backend, spec, memory);
  }
}
