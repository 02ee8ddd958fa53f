package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Gradient of some output units of a weight matrix of [out][in]: {@code dW = dY^T X} over all
 * samples at once, so that there are no partial sums to add up; it is taken while it is in cache.
 */
final class WeightUpdate implements Update {

  /**
   * Most output units of a share. Each share packs X anew: at 128 units it takes a third longer a
   * unit.
   */
  private static final int UNITS = 128;

  private final OpenBlas blas;
  private final Learning.Dense learning;
  private final int firstUnit;
  private final int units;
  private final int in;
  private final int out;
  private final FloatPointer x;
  private final FloatPointer dy;
  private final Room[] rooms;

  /** A share's gradient, for one worker. */
  private record Room(Matrix gradient, FloatPointer start) {}

  private WeightUpdate(
      StepParts parts,
      Learning.Dense learning,
      int firstUnit,
      int units,
      Matrix input,
      Matrix gradient,
      Room[] rooms) {
    this.blas = parts.blas();
    this.learning = learning;
    this.firstUnit = firstUnit;
    this.units = units;
    this.in = input.width();
    this.out = gradient.width();
    this.x = input.pointer(0, 0);
    this.dy = gradient.pointer(0, firstUnit);
    this.rooms = rooms;
  }

  /**
   * The shares of one matrix.
   *
   * @param input X of all samples
   * @param gradient dY of all samples
   */
  static List<WeightUpdate> of(
      StepParts parts, DenseParameter weight, Matrix input, Matrix gradient) {
    int out = gradient.width();
    var rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      var room = parts.memory().matrix(Math.min(UNITS, out), input.width());
      rooms[w] = new Room(room, room.pointer(0, 0));
    }
    var learning = parts.learning().of(parts, weight);
    var shares = new ArrayList<WeightUpdate>();
    for (int first = 0; first < out; first += UNITS) {
      int units = Math.min(UNITS, out - first);
      shares.add(new WeightUpdate(parts, learning, first, units, input, gradient, rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var room = rooms[scratch.worker()];
    blas.aTb(units, in, input.batch().samples(), dy, out, x, in, 0f, room.start(), in);
    learning.take(firstUnit * in, room.gradient().floats(), units * in, scratch);
  }

  @Override
  public long cost() {
    return (long) units * in;
  }
}
