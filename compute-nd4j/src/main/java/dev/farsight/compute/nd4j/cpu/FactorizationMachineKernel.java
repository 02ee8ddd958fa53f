package dev.farsight.compute.nd4j.cpu;

import java.util.Arrays;

/**
 * The sum of v_i * v_j over all pairs of vectors: each vector times the sum of those before it,
 * which takes as little as half of the squared sum minus the sum of the squares, and does not
 * cancel.
 */
final class FactorizationMachineKernel implements Kernel {

  private final OpValues values;
  private final int width;
  private final Room[] rooms;

  /** What one worker needs for one sample. */
  private static final class Room {

    /** The vectors, or their gradients. */
    final float[] vectors;

    final float[] temporary;

    /** Sum of vectors, by element. */
    final float[] sum;

    /** The output, or its gradient. */
    final float[] output;

    Room(int size, int width) {
      vectors = new float[size];
      temporary = new float[size];
      sum = new float[width];
      output = new float[width];
    }
  }

  FactorizationMachineKernel(OpValues values, StepParts parts) {
    this.values = values;
    this.width = values.output().width();
    this.rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      rooms[w] = new Room(values.input(0).width(), width);
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      collect(s, room);
      values.output().floats().put(values.output().at(s), room.output);
    }
  }

  /** Reads a sample's vectors, and makes their sum and the output. */
  private void collect(int sample, Room room) {
    var input = values.input(0);
    float[] v = room.vectors;
    float[] sum = room.sum;
    float[] output = room.output;
    input.floats().get(input.at(sample), v);
    Arrays.fill(sum, 0f);
    Arrays.fill(output, 0f);
    for (int at = 0; at < v.length; at += width) {
      for (int d = 0; d < width; d++) {
        output[d] += v[at + d] * sum[d];
        sum[d] += v[at + d];
      }
    }
  }

  /** The gradient of a vector is g times the sum of the others. */
  @Override
  public void backward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var gradient = values.gradient();
    var toInput = values.toInput(0);
    float[] v = room.vectors;
    float[] g = room.output;
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      collect(s, room);
      gradient.floats().get(gradient.at(s), g);
      for (int at = 0; at < v.length; at += width) {
        for (int d = 0; d < width; d++) {
          v[at + d] = g[d] * (room.sum[d] - v[at + d]);
        }
      }
      toInput.put(toInput.into().at(s), v, v.length, room.temporary);
    }
  }
}
