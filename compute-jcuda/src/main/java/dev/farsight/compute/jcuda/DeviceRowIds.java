package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.IdentityHashMap;
import jcuda.driver.JCudaDriver;

/**
 * What the rounding of rows of 16 bits is keyed by, on the device: the row ids of a batch, and the
 * step. Belongs to a {@link DeviceInput}. Device memory: 8 bytes a unique row; as much pinned
 * memory where the host finds unique rows. What a {@link JcudaRowFinder} has found is copied from
 * where it lies.
 */
final class DeviceRowIds {

  private final long seed;
  private final int maxUniqueRows;
  private final PinnedMemory pinned;
  private final long address;
  private final IdentityHashMap<FoundRows, Host> found = new IdentityHashMap<>();

  /** Null as long as the host found no rows. */
  private LongBuffer staged;

  private Host stagedAt;

  DeviceRowIds(StepSpec spec, DeviceMemory memory, PinnedMemory pinned) {
    this.seed = spec.seed();
    this.maxUniqueRows = spec.maxUniqueRows();
    this.pinned = pinned;
    this.address = memory.allocate("a batch", (long) maxUniqueRows * Long.BYTES);
  }

  /** Whether updates of rows round. */
  static boolean needed(StepSpec spec) {
    return spec.format().precision() != RowFormat.Precision.FP32 && !spec.optimizer().freezeRows();
  }

  /** Writes the address to the header of the batch. */
  void describe(ByteBuffer header) {
    header.putLong(DeviceInput.ROW_IDS, address);
  }

  /** Writes the step's key to the header of the batch. */
  void describe(StepInput input, ByteBuffer header) {
    header.putLong(DeviceInput.ROUNDING_KEY, RowWeights.stepKey(seed, input.step()));
  }

  /** Copies the row ids to the device. */
  void upload(StepInput input, Stream stream) {
    long bytes = (long) input.uniqueRows() * Long.BYTES;
    if (bytes > 0) {
      check(
          "the copy of row ids to the device",
          JCudaDriver.cuMemcpyHtoDAsync(Device.at(address), onHost(input), bytes, stream));
    }
  }

  private Host onHost(StepInput input) {
    if (input.foundRows() != null) {
      return found.computeIfAbsent(input.foundRows(), rows -> Host.of(rows.rows()));
    }
    if (staged == null) {
      staged = pinned.longs(maxUniqueRows);
      stagedAt = Host.of(staged);
    }
    staged.put(0, input.rowIds(), 0, input.uniqueRows());
    return stagedAt;
  }
}
