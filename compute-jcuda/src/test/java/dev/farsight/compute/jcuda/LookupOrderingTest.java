package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.StepInputs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The order of lookups that a training step has on the device, against {@link StepInputs}, which
 * groups them with collections. Needs a GPU.
 */
class LookupOrderingTest {

  private static final int DIM = 4;

  /** Uniform lookups, skewed ones, and nearly all of one row; 64 KiB of cursors in the largest. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "31, 1",
    "32, 1",
    "33, 6",
    "255, 1",
    "256, 6",
    "257, 1",
    "1000, 6",
    "16384, 1",
    "16384, 6",
    "16384, 200"
  })
  void lookupsAreInTheOrderOfSamples(int batchSize, int skew) {
    compare(RandomBatches.schema(0, 1, 3, 40, 700, 30_000, Integer.MAX_VALUE), batchSize, skew);
  }

  @Test
  void whatABlockHasNoRoomForIsSorted() {
    int most;
    try (var backend = JcudaBackends.open(Precision.FP32)) {
      most = backend.device().sharedBytes() / Integer.BYTES;
    }
    var schema = RandomBatches.schema(0, 30, Integer.MAX_VALUE);
    compare(schema, most, 1);
    compare(schema, most + 1, 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 5, 1", "33, 1, 1", "257, 40, 6", "3000, 10, 1"})
  void lookupsOfBagsAreInOrderToo(int batchSize, int hotness, int skew) {
    compare(SkewedBatches.bags(hotness), batchSize, skew);
  }

  /**
   * Trains on full and shorter batches in turn, in one input, and compares the order that each step
   * had.
   */
  private static void compare(BatchSchema schema, int batchSize, int skew) {
    long seed = 31L * batchSize + skew;
    var random = new Random(seed);
    StepSpec spec = SkewedBatches.spec(schema, batchSize);
    var tape = new Tape(schema, DIM);
    tape.finish(tape.linear("last", tape.embeddingBag(), 1, Activation.NONE));
    int slotCount = spec.maxUniqueRows();
    try (var backend = JcudaBackends.open(Precision.FP32);
        var buffers = backend.buffers();
        var slots = backend.slots(spec.format(), slotCount, 1, 1);
        var step = (JcudaStep) backend.compile(tape, spec, slots)) {
      assertThat(step.ordersLookups()).isTrue();
      var batch = new Batch(schema, batchSize, buffers);
      var input = new StepInput(schema, batchSize, slotCount, buffers);
      input.learningRates(.1f, .1f);
      for (int samples : List.of(batchSize, 1 + random.nextInt(batchSize), batchSize, 1)) {
        SkewedBatches.draw(batch, samples, skew, random);
        Map<Long, Integer> slotOf = new HashMap<>();
        StepInputs.fill(input, batch, id -> slotOf.computeIfAbsent(id, row -> slotOf.size()));
        var expected = new int[batch.lookups()];
        for (int k = 0; k < expected.length; k++) {
          int lookup = input.rowLookups().get(k);
          int bag = input.bagOf() == null ? lookup : input.bagOf().get(lookup);
          // The device numbers bags by full batches.
          expected[k] = bag / samples * batchSize + bag % samples;
        }
        StepInputs.spoilOrder(input);
        step.train(input).await();
        assertThat(rowLookups(step, input, batch.lookups()))
            .as("seed %d, %d of %d samples", seed, samples, batchSize)
            .isEqualTo(expected);
      }
    }
  }

  /** What kernels find in {@code Input.rowLookups}, the sixth address of the header. */
  private static int[] rowLookups(JcudaStep step, StepInput input, int count) {
    var addresses = new long[6];
    read(step.address(input), Pointer.to(addresses), 6 * Long.BYTES);
    var lookups = new int[count];
    read(addresses[5], Pointer.to(lookups), (long) count * Integer.BYTES);
    return lookups;
  }

  private static void read(long address, Pointer into, long bytes) {
    check("cuMemcpyDtoH", JCudaDriver.cuMemcpyDtoH(into, Device.at(address), bytes));
  }
}
