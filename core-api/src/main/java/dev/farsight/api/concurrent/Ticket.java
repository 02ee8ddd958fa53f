package dev.farsight.api.concurrent;

/**
 * Stands for work that was handed over to a device's lane or to a store. Waiting on a ticket waits
 * for that work alone, never for the whole device.
 */
@FunctionalInterface
public interface Ticket {

  /** Work that is already done. */
  Ticket DONE = () -> {};

  /**
   * Waits until the work is done. May be called from any thread, any number of times.
   *
   * @throws dev.farsight.api.FarsightException if the work failed
   */
  void await();
}
