package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.table.RowFormat;

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

  /** Whether results are the same bits with any number of threads. */
  boolean bitExactOverThreads();

  /** Whether a logit is a function of weights and its sample alone. */
  boolean logitsDependOnTheirSampleAlone();

  /** A model on a backend of its own, with row {@code i} in slot {@code i}. */
  default ComputeRig rig(Model model, OptimizerSpec optimizer) {
    return new ComputeRig(backend(2), model, SCHEMA, DIM, 32, optimizer, ComputeRig.IN_ORDER);
  }

  /** Whether {@code actual} is {@code expected}, but for rounding of so many steps. */
  default void assertClose(String what, float[] actual, double[] expected, double steps) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double allowed = tolerance() * steps * (1 + Math.abs(expected[i]));
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s [%d]: %s, in float64 %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(allowed);
    }
  }

  /** Whether all parameters, rows and state are those of the reference. */
  default void assertSameModel(String what, ComputeRig rig, Float64Step reference, double steps) {
    rig.dense()
        .forEach(
            (name, values) ->
                assertClose(what + " " + name, values, reference.dense().get(name), steps));
    rig.rows()
        .forEach(
            (id, row) -> assertClose(what + " row " + id, row, reference.rows().get(id), steps));
  }
}
