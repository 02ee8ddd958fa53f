package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/**
 * A kernel with its grid and arguments, all of 8 bytes, laid out once in native memory: launching
 * allocates nothing. One thread at a time.
 */
final class Launch implements Command {

  private final Stage stage;
  private final String name;
  private final CUfunction function;
  private final int sharedBytes;
  private final Memory words;
  private final Host parameters;
  private final boolean takesInput;
  private int gridX = 1;
  private int gridY = 1;
  private int blockX = 1;
  private int blockY = 1;

  private Launch(
      Stage stage,
      String name,
      CUfunction function,
      int sharedBytes,
      boolean input,
      long[] values) {
    this.stage = stage;
    this.name = name;
    this.function = function;
    this.sharedBytes = sharedBytes;
    this.takesInput = input;
    int count = values.length;
    this.words = new Memory(16L * Math.max(1, count));
    long base = Pointer.nativeValue(words);
    for (int i = 0; i < count; i++) {
      words.setLong(8L * i, values[i]);
      words.setLong(8L * (count + i), base + 8L * i);
    }
    this.parameters = new Host(base + 8L * count);
  }

  /** A kernel whose arguments are all known. */
  static Launch of(Stage stage, Kernels kernels, String name, long... values) {
    return new Launch(stage, name, kernels.function(name, 0), 0, false, values);
  }

  /** The same with dynamic shared memory. */
  static Launch sharing(
      Stage stage, Kernels kernels, String name, int sharedBytes, long... values) {
    var function = kernels.function(name, sharedBytes);
    return new Launch(stage, name, function, sharedBytes, false, values);
  }

  /** A kernel whose first argument is the batch; the others follow. */
  static Launch ofBatch(
      Stage stage, Kernels kernels, String name, int sharedBytes, long... others) {
    var values = new long[others.length + 1];
    System.arraycopy(others, 0, values, 1, others.length);
    return new Launch(stage, name, kernels.function(name, sharedBytes), sharedBytes, true, values);
  }

  Launch grid(int x, int y) {
    gridX = x;
    gridY = y;
    return this;
  }

  Launch block(int x, int y) {
    blockX = x;
    blockY = y;
    return this;
  }

  /** Sets an argument for the launches that follow. */
  void set(int argument, long value) {
    words.setLong(8L * argument, value);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public void enqueue(Stream stream, long input) {
    if (takesInput) {
      words.setLong(0, input);
    }
    enqueue(stream);
  }

  void enqueue(Stream stream) {
    check(
        name,
        JCudaDriver.cuLaunchKernel(
            function, gridX, gridY, 1, blockX, blockY, 1, sharedBytes, stream, parameters, null));
  }
}
