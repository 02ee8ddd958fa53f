package dev.farsight.compute.nd4j.cpu;

/**
 * An op of the tape, made ready to run for one tile of samples. Tiles run beside each other, so a
 * kernel touches only its tile's part of its values and what belongs to the worker. Allocates
 * nothing.
 */
interface Kernel {

  /** Makes the op's output, for all {@linkplain Tile#rows rows} of the tile. */
  void forward(Tile tile, Scratch scratch);

  /** Adds the output's gradient, which is complete, to those of the inputs. */
  void backward(Tile tile, Scratch scratch);
}
