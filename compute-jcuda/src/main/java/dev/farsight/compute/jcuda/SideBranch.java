package dev.farsight.compute.jcuda;

import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * Commands on a stream of their own, beside those of the step between {@link #fork} and {@link
 * #join}. In a graph they are a branch of it. One branch at a time.
 */
final class SideBranch implements AutoCloseable {

  private final Gpu gpu;
  private final Stream side;
  private final CUevent forked;
  private final CUevent done;

  SideBranch(Gpu gpu) {
    this.gpu = gpu;
    side = gpu.stream();
    forked = gpu.event();
    done = gpu.event();
  }

  /** Begins a branch, which runs these commands. */
  Command fork(String name, List<Command> commands) {
    return new Command() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Stage stage() {
        return Stage.EXCHANGE;
      }

      @Override
      public void enqueue(Stream stream, long input) {
        Gpu.record(forked, stream);
        Gpu.await(side, forked);
        for (Command command : commands) {
          command.enqueue(side, input);
        }
        Gpu.record(done, side);
      }
    };
  }

  /** Waits for the branch that was begun last. */
  Command join(String name) {
    return new Command() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Stage stage() {
        return Stage.EXCHANGE;
      }

      @Override
      public void enqueue(Stream stream, long input) {
        Gpu.await(stream, done);
      }
    };
  }

  @Override
  public void close() {
    gpu.enter();
    JCudaDriver.cuEventDestroy(forked);
    JCudaDriver.cuEventDestroy(done);
    JCudaDriver.cuStreamDestroy(side);
  }
}
