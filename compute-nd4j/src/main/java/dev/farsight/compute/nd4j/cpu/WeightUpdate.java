package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Gradient and update of some output units of a linear layer: {@code dW = dY^T X} over all samples
 * at once, so that there are no partial sums to add up, then the optimizer while dW is in cache.
 */
final class WeightUpdate implements Update {

  /**
   * Most output units of a share. Each share packs X anew: at 128 units it takes a third longer a
   * unit.
   */
  private static final int UNITS = 128;

  private final OpenBlas blas;
  private final RuleArithmetic rule;
  private final Layer layer;
  private final int firstUnit;
  private final int units;
  private final FloatPointer x;
  private final FloatPointer dy;
  private final Room[] rooms;

  /** A share's gradient, for one worker. */
  private record Room(Matrix gradient, FloatPointer start) {}

  private WeightUpdate(
      OpenBlas blas,
      RuleArithmetic rule,
      Layer layer,
      int firstUnit,
      int units,
      Matrix input,
      Matrix gradient,
      Room[] rooms) {
    this.blas = blas;
    this.rule = rule;
    this.layer = layer;
    this.firstUnit = firstUnit;
    this.units = units;
    this.x = input.pointer(0, 0);
    this.dy = gradient.pointer(0, firstUnit);
    this.rooms = rooms;
  }

  /** The shares of one layer. */
  static List<WeightUpdate> of(
      OpenBlas blas,
      RuleArithmetic rule,
      Layer layer,
      Matrix input,
      Matrix gradient,
      int workers,
      NativeMemory memory) {
    int out = layer.out();
    var rooms = new Room[workers];
    for (int w = 0; w < workers; w++) {
      var room = memory.matrix(Math.min(UNITS, out), layer.in());
      rooms[w] = new Room(room, room.pointer(0, 0));
    }
    var shares = new ArrayList<WeightUpdate>();
    for (int first = 0; first < out; first += UNITS) {
      int units = Math.min(UNITS, out - first);
      shares.add(new WeightUpdate(blas, rule, layer, first, units, input, gradient, rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    int in = layer.in();
    var room = rooms[scratch.worker()];
    blas.aTb(units, in, input.batch().samples(), dy, layer.out(), x, in, 0f, room.start(), in);
    var gradient = room.gradient().floats();
    layer
        .weight()
        .update(rule, firstUnit * in, gradient, units * in, input.denseLearningRate(), scratch);
  }

  @Override
  public long cost() {
    return (long) units * layer.in();
  }
}
