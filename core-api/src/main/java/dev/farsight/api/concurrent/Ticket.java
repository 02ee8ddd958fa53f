package dev.farsight.api.concurrent;

/**
 * Work that was handed over: to a device's lane, or to a store. Waiting on a ticket waits for that
 * work alone, never for the whole device.
 */
@FunctionalInterface
public interface Ticket {

  /** Work that is already done. */
  Ticket DONE = () -> {};

  /**
   * Returns once the work is done; may be called from any thread, and again.
   *
   * @throws dev.farsight.api.FarsightException if the work failed
   */
  void await();
}
