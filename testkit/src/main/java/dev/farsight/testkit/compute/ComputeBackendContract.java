package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;

/**
 * What every compute backend must do. Extend it in the backend's module:
 *
 * <pre>
 * class MyBackendTest extends ComputeBackendContract {
 *   &#64;Override
 *   protected ComputeBackend open(int threads) {
 *     return new MyBackend(threads);
 *   }
 * }
 * </pre>
 *
 * <p>The tests are grouped by what they are about: {@link StepContract} (losses, gradients,
 * updates), {@link DenseStateContract}, {@link SlotMemoryContract} (moves of rows) and {@link
 * LaneContract} (same bits whatever the slots, threads and order of waiting), {@link LogitContract}
 * (same logits whatever the other samples), {@link WeightContract} (samples that have weights in
 * the loss), {@link BagContract} (features that look up several rows), {@link OptimizerContract}
 * (every update rule), {@link DropoutContract}, {@link HalfRowContract} (rows of 16 bits). The
 * whole takes some seconds on two cores.
 */
public abstract class ComputeBackendContract
    implements StepContract,
        DenseStateContract,
        SlotMemoryContract,
        LaneContract,
        LogitContract,
        WeightContract,
        BagContract,
        OptimizerContract,
        DropoutContract,
        HalfRowContract {

  /** Opens a fresh backend, which the contract closes. */
  protected abstract ComputeBackend open(int threads);

  /**
   * As {@link ComputeBackend#slots}, but with rings, and slots if they are cut into chunks too, in
   * chunks of at most so many bytes and at least one row: so that the moves of rows are tested over
   * several chunks of little memory. The default offers none, and those tests are skipped.
   */
  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return null;
  }

  /**
   * Error allowed per step, relative to 1 + the value's magnitude. The default is for float32
   * throughout.
   */
  @Override
  public double tolerance() {
    return 1e-5;
  }

  /**
   * Whether the backend works with as many threads as it is opened with. If overridden with false,
   * the tests that compare numbers of threads are skipped.
   */
  @Override
  public boolean usesThreads() {
    return true;
  }

  /** How many steps the tests of update rules train. A slow backend may train fewer. */
  @Override
  public int manySteps() {
    return 200;
  }

  /** Whether results are bit-identical for any number of threads; they should be. */
  @Override
  public boolean bitExactOverThreads() {
    return true;
  }

  /**
   * Whether other samples of a batch, their number and their order change no bit of a logit; they
   * should not. If overridden with false, the tests of it are skipped.
   */
  @Override
  public boolean logitsDependOnTheirSampleAlone() {
    return true;
  }

  @Override
  public final ComputeBackend backend(int threads) {
    return open(threads);
  }
}
