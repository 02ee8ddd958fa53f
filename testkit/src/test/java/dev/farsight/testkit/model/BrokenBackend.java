package dev.farsight.testkit.model;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.compute.TestBackend;

/** The naive backend with one planted bug each. */
enum BrokenBackend {
  LEARNS_TOO_FAST {
    @Override
    Ticket train(CompiledStep step, StepInput input) {
      input.learningRates(1.01f * input.rowLearningRate(), 1.01f * input.denseLearningRate());
      return step.train(input);
    }
  },
  LEARNS_NOTHING {
    @Override
    Ticket train(CompiledStep step, StepInput input) {
      return step.evaluate(input);
    }
  },
  MIXES_SAMPLES {
    @Override
    Ticket evaluate(CompiledStep step, StepInput input) {
      Ticket done = step.evaluate(input);
      for (int s = 1; s < input.batch().samples(); s++) {
        input.logits().put(s, input.logits().get(s) + .01f * input.logits().get(s - 1));
      }
      return done;
    }
  };

  Ticket train(CompiledStep step, StepInput input) {
    return step.train(input);
  }

  Ticket evaluate(CompiledStep step, StepInput input) {
    return step.evaluate(input);
  }

  TestBackend backend() {
    return new TestBackend(name(), TestBackend.FLOAT32, () -> new Backend(this));
  }

  private record Backend(NaiveBackend naive, BrokenBackend bug) implements ComputeBackend {

    Backend(BrokenBackend bug) {
      this(new NaiveBackend(), bug);
    }

    @Override
    public HostBuffers buffers() {
      return naive.buffers();
    }

    @Override
    public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
      return naive.slots(format, slots, inRows, outRows);
    }

    @Override
    public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
      return new Step(naive.compile(tape, spec, slots), bug);
    }

    @Override
    public void close() {
      naive.close();
    }
  }

  private record Step(CompiledStep step, BrokenBackend bug) implements CompiledStep {

    @Override
    public Ticket train(StepInput input) {
      return bug.train(step, input);
    }

    @Override
    public Ticket evaluate(StepInput input) {
      return bug.evaluate(step, input);
    }

    @Override
    public void resume() {
      step.resume();
    }

    @Override
    public DenseState dense() {
      return step.dense();
    }

    @Override
    public long deviceBytes() {
      return step.deviceBytes();
    }

    @Override
    public void close() {
      step.close();
    }
  }
}
