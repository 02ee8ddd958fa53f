package dev.farsight.testkit.compute;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Another backend, run as devices run: calls are queued and return at once, a thread carries them
 * out in order. A step waits for further calls to be queued, as far as the caller gives any within
 * a moment. So a caller always has several steps under way, on any machine. A caller that awaits
 * each call costs that moment per step, unless {@link #ofOneCaller} says that it is the only one.
 */
public final class QueuedDevice implements ComputeBackend {

  /** A step waits until so many calls are queued behind it. */
  private static final int BEHIND = 4;

  /** The longest that a step waits for that. */
  private static final long WAIT_MILLIS = 4;

  private final ComputeBackend backend;
  private final boolean oneCaller;
  private final ExecutorService lane =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "queued-device");
            thread.setDaemon(true);
            return thread;
          });
  private int queued;

  /** Threads that await a call. */
  private int waiters;

  /**
   * A device for any number of calling threads.
   *
   * @param backend carries out the calls; owned
   */
  public QueuedDevice(ComputeBackend backend) {
    this(backend, false);
  }

  private QueuedDevice(ComputeBackend backend, boolean oneCaller) {
    this.backend = backend;
    this.oneCaller = oneCaller;
  }

  /**
   * A device for one calling thread: while that thread awaits a call it gives no further one, and
   * steps do not wait for any.
   *
   * @param backend carries out the calls; owned
   */
  static QueuedDevice ofOneCaller(ComputeBackend backend) {
    return new QueuedDevice(backend, true);
  }

  private Ticket queue(Runnable call) {
    synchronized (this) {
      queued++;
      notifyAll();
    }
    var done =
        CompletableFuture.runAsync(
            () -> {
              try {
                call.run();
              } finally {
                synchronized (this) {
                  queued--;
                }
              }
            },
            lane);
    return () -> {
      countWaiters(1);
      try {
        done.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new FarsightException("the device failed: " + e.getCause(), e.getCause());
      } finally {
        countWaiters(-1);
      }
    };
  }

  private synchronized void countWaiters(int more) {
    waiters += more;
    notifyAll();
  }

  private synchronized void awaitOthers() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    try {
      while (queued <= BEHIND && !(oneCaller && waiters > 0) && System.nanoTime() < end) {
        wait(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public HostBuffers buffers() {
    return backend.buffers();
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return new Slots(backend.slots(format, slots, inRows, outRows));
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    return new Step(backend.compile(tape, spec, ((Slots) slots).slots));
  }

  @Override
  public void close() {
    lane.shutdown();
    backend.close();
  }

  private final class Slots implements SlotMemory {

    private final SlotMemory slots;

    Slots(SlotMemory slots) {
      this.slots = slots;
    }

    @Override
    public RowFormat format() {
      return slots.format();
    }

    @Override
    public int slots() {
      return slots.slots();
    }

    @Override
    public RowBuffer in() {
      return slots.in();
    }

    @Override
    public RowBuffer out() {
      return slots.out();
    }

    @Override
    public Ticket move(RowMoves moves) {
      return queue(() -> slots.move(moves).await());
    }

    @Override
    public long deviceBytes() {
      return slots.deviceBytes();
    }

    @Override
    public void close() {
      queue(slots::close).await();
    }
  }

  private final class Step implements CompiledStep {

    private final CompiledStep step;

    Step(CompiledStep step) {
      this.step = step;
    }

    @Override
    public Ticket train(StepInput input) {
      return queue(
          () -> {
            awaitOthers();
            step.train(input).await();
          });
    }

    @Override
    public Ticket evaluate(StepInput input) {
      return queue(() -> step.evaluate(input).await());
    }

    @Override
    public void resume() {
      queue(step::resume);
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
      queue(step::close).await();
    }
  }
}
