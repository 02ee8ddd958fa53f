package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of all dense parameters that learn, one after the other, and behind them the loss:
 * one vector, which is summed over ranks at once. Every rank compiles the same tape, so places are
 * the same on all.
 */
final class FlatGradients {

  private final Collective collective;
  private final FloatBuffer values;
  private final List<Part> parts = new ArrayList<>();

  /** How many gradients there are: the place of the loss. */
  private int count;

  /** The gradients of a parameter, from {@code start}. */
  private record Part(DenseParameter parameter, int start) {}

  FlatGradients(Tape tape, Collective collective, NativeMemory memory) {
    this.collective = collective;
    this.values = memory.floats(1 + tape.parameters().stream().mapToLong(Parameter::size).sum());
  }

  /** Makes room for a parameter. */
  Learning.Dense add(DenseParameter parameter) {
    int start = count;
    parts.add(new Part(parameter, start));
    count += parameter.value().floats().capacity();
    return (at, gradient, n, scratch) -> values.put(start + at, gradient, 0, n);
  }

  /** Sets this rank's gradients to those of no samples. */
  void clear() {
    for (int i = 0; i < count; i++) {
      values.put(i, 0f);
    }
  }

  /**
   * Sums gradients and loss over ranks.
   *
   * @param loss this rank's part of the mean loss
   * @return the mean loss
   */
  float sum(float loss) {
    values.put(count, loss);
    collective.allReduce(values, count + 1);
    return values.get(count);
  }

  /** Updates of the parameters by the sums, in stretches. */
  List<Update> updates(ElementRule rule) {
    var updates = new ArrayList<Update>();
    for (Part part : parts) {
      int size = part.parameter.value().floats().capacity();
      for (int at = 0; at < size; at += Stretch.VALUES) {
        int n = Math.min(Stretch.VALUES, size - at);
        updates.add(new Stretch(rule, part.parameter, at, values, part.start + at, n));
      }
    }
    return updates;
  }

  /** The update of some values of a parameter. */
  private record Stretch(
      ElementRule rule, DenseParameter parameter, int at, FloatBuffer gradients, int from, int n)
      implements Update {

    static final int VALUES = 16 * Scratch.STRETCH;

    @Override
    public void run(StepInput input, Scratch scratch) {
      parameter.update(rule, at, gradients, from, n, scratch);
    }

    @Override
    public long cost() {
      return n;
    }
  }
}
