package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.concurrent.Ticket;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * Done when the event recorded last has happened. Belongs to a carrier that is reused once done, so
 * its event is too; the waiting thread sleeps.
 */
final class EventTicket implements Ticket {

  private final Gpu gpu;
  private final Timeline timeline;
  private final String work;
  private final String wait;
  private final CUevent event;

  /**
   * @param work names what failed in errors
   */
  EventTicket(Gpu gpu, Timeline timeline, String work) {
    this.gpu = gpu;
    this.timeline = timeline;
    this.work = work;
    this.wait = "wait for " + work;
    this.event = gpu.blockingEvent();
  }

  /** The work is all that was given to {@code stream} so far. */
  EventTicket record(Stream stream) {
    Gpu.record(event, stream);
    return this;
  }

  /** Holds {@code stream} until the work is done. */
  void hold(Stream stream) {
    Gpu.await(stream, event);
  }

  @Override
  public void await() {
    gpu.enter();
    long begun = System.nanoTime();
    check(work, JCudaDriver.cuEventSynchronize(event));
    timeline.host(wait, begun);
  }

  void destroy() {
    JCudaDriver.cuEventDestroy(event);
  }
}
