package dev.farsight.compute.nd4j.generic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.SmallModel;
import dev.farsight.testkit.compute.StepInputs;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Steps compiled on one thread and run on another, as an engine does. */
class GenericMemoryTest {

  private static final BatchSchema SCHEMA = RandomBatches.schema(3, 50, 20);
  private static final int BATCH = 64;

  @Test
  void stepsUseTheSameMemoryAgain() throws InterruptedException {
    OptimizerSpec adagrad = TestOptimizer.ROWWISE_ADAGRAD.spec();
    var format = RowFormat.of(8, 1);
    var spec = new StepSpec(SCHEMA, BATCH, 70, format, adagrad);
    var tape = new Tape(SCHEMA, 8);
    tape.finish(SmallModel.DLRM.logits(tape));
    try (var backend = new GenericBackend(null, 2);
        HostBuffers buffers = backend.buffers();
        SlotMemory slots = backend.slots(format, 70, 70, 70);
        CompiledStep step = backend.compile(tape, spec, slots)) {
      var moves = new RowMoves(70, buffers);
      for (int slot = 0; slot < 70; slot++) {
        moves.load(slot);
      }
      var failure = new AtomicReference<Throwable>();
      var lane =
          new Thread(
              () -> {
                slots.move(moves).await();
                train(step, buffers, 12);
                long bytes = step.deviceBytes();
                for (int again = 0; again < 4; again++) {
                  train(step, buffers, 12);
                }
                assertThat(step.deviceBytes()).isEqualTo(bytes).isPositive();
              });
      lane.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
      lane.start();
      lane.join();
      assertThat(failure.get()).isNull();
    }
  }

  private static void train(CompiledStep step, HostBuffers buffers, int steps) {
    var input = new StepInput(SCHEMA, BATCH, 70, buffers);
    var batches = new RandomBatches(SCHEMA, BATCH, buffers, 1);
    for (int s = 0; s < steps; s++) {
      StepInputs.fill(input, batches.next(s % 3 == 2 ? 5 : BATCH), rowId -> (int) rowId);
      input.learningRates(.01f, .01f);
      step.train(input).await();
    }
  }
}
