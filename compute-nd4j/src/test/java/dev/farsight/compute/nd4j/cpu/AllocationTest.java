package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.StepInputs;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps, evaluations and moves allocate nothing, whatever the length of the batch. */
class AllocationTest {

  private static final int BATCH = 300;
  private static final int ROWS = 1000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final BatchSchema schema =
      new BatchSchema(
          5, new TableSet(List.of(new Table("a", ROWS), new Table("b", 3))), true, false);
  private final Random random = new Random(5);

  @ParameterizedTest
  @EnumSource(OptimizerSpec.Kind.class)
  void nothingIsAllocatedAfterTheFirstSteps(OptimizerSpec.Kind kind) {
    var format = kind.rowFormat(8);
    var spec = new StepSpec(schema, BATCH, ROWS + 3, format, OptimizerSpec.of(kind));
    // One thread: the caller's, whose allocation can be told from the others'.
    try (var backend = CpuBackends.open(1);
        var buffers = backend.buffers();
        var slots = backend.slots(format, ROWS + 3, ROWS, ROWS);
        var step = backend.compile(tape(), spec, slots)) {
      StepInput[] inputs = {
        input(BATCH, spec, buffers), input(77, spec, buffers), input(1, spec, buffers)
      };
      var moves = new RowMoves(ROWS, buffers);
      for (int i = 0; i < ROWS / 2; i++) {
        moves.evict(i);
        moves.load(i);
        moves.forward(i, i + ROWS / 2);
      }
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (var input : inputs) {
          slots.move(moves).await();
          step.train(input).await();
          step.evaluate(input).await();
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes allocated by three steps").isZero();
    }
  }

  private Tape tape() {
    var tape = new Tape(schema, 8);
    var x = tape.linear("bottom", tape.dense(), 8, Activation.RELU);
    var bag = tape.embeddingBag();
    var pairs = tape.pairwise(x, bag);
    var hidden = tape.linear("top", tape.concat(pairs, bag, x), 12, Activation.RELU);
    return tape.finish(tape.linear("last", hidden, 1, Activation.NONE));
  }

  private StepInput input(int samples, StepSpec spec, HostBuffers buffers) {
    var batch = new Batch(schema, BATCH, buffers);
    batch.samples(samples);
    for (int s = 0; s < samples; s++) {
      batch.labels().put(s, random.nextInt(2));
      batch.indices(0)[s] = random.nextInt(ROWS);
      batch.indices(1)[s] = random.nextInt(3);
    }
    for (int i = 0; i < samples * 5; i++) {
      batch.dense().put(i, random.nextFloat());
    }
    var input = new StepInput(schema, BATCH, spec.maxUniqueRows(), buffers);
    input.learningRates(.01f, .01f);
    StepInputs.fill(input, batch, rowId -> (int) rowId);
    return input;
  }
}
