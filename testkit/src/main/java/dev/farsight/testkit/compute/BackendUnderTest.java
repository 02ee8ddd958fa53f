package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.table.RowFormat;
import org.junit.jupiter.api.Assumptions;

/** What the parts of {@link ComputeBackendContract} share: the backend and what it promises. */
interface BackendUnderTest {

  /** Many ties, a table of one row, and more rows than a batch looks up. */
  BatchSchema SCHEMA = RandomBatches.schema(5, 7, 1, 60, 3);

  int DIM = 4;

  /** Opens a backend, which the test closes. */
  ComputeBackend backend(int threads);

  /** Slots whose rings have chunks of at most so many bytes; null if the backend offers none. */
  SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes);

  /** Relative error of one step's results. */
  double tolerance();

  /** Whether the number of threads that a backend is opened with changes how it works. */
  boolean usesThreads();

  /** Whether results are the same bits with any number of threads. */
  boolean bitExactOverThreads();

  /** How many steps the tests of update rules train. */
  int manySteps();

  /** Whether a logit is a function of weights and its sample alone. */
  boolean logitsDependOnTheirSampleAlone();

  /** Skips a test that compares numbers of threads where that says nothing. */
  default void assumeBitExactThreads() {
    Assumptions.assumeTrue(usesThreads(), "this backend has no threads");
    Assumptions.assumeTrue(bitExactOverThreads(), "not promised by this backend");
  }

  /** A model on a backend of its own, with row {@code i} in slot {@code i}. */
  default ComputeRig rig(Model model, OptimizerSpec optimizer) {
    return new ComputeRig(backend(2), model, SCHEMA, DIM, 32, optimizer, ComputeRig.IN_ORDER);
  }

  /** Whether {@code actual} is {@code expected}, but for rounding of so many steps. */
  default void assertClose(String what, float[] actual, double[] expected, double steps) {
    new Closeness(tolerance()).assertClose(what, actual, expected, steps);
  }

  /** Whether all parameters, rows and state are those of the reference. */
  default void assertSameModel(String what, ComputeRig rig, Float64Step reference, double steps) {
    new Closeness(tolerance()).assertSameModel(what, rig, reference, steps);
  }
}
