package dev.farsight.engine.attribution;

import dev.farsight.api.concurrent.Ticket;

/**
 * Wraps the tickets that one method returns. A component that returns the same ticket objects again
 * and again, as one for each of its carriers, gets the same wrappers: nothing is allocated then.
 * Any number of threads.
 */
final class AttributedTickets {

  /** A power of two, far more than the tickets that are in use at a time. */
  private static final int PLACES = 256;

  private final PluginCalls calls;
  private final String call;

  /**
   * The last wrappers, each at a place that its ticket decides. Wrappers are immutable: a thread
   * that sees an old one only makes another.
   */
  private final Wrapper[] last = new Wrapper[PLACES];

  /**
   * @param call the method that returns the tickets
   */
  AttributedTickets(PluginCalls calls, String call) {
    this.calls = calls;
    this.call = call;
  }

  Ticket of(Ticket ticket) {
    if (ticket == Ticket.DONE) {
      return ticket;
    }
    calls.nonNull(call, ticket);
    int place = System.identityHashCode(ticket) & PLACES - 1;
    Wrapper wrapper = last[place];
    if (wrapper == null || wrapper.ticket != ticket) {
      wrapper = new Wrapper(ticket, calls, call);
      last[place] = wrapper;
    }
    return wrapper;
  }

  private record Wrapper(Ticket ticket, PluginCalls calls, String call) implements Ticket {

    @Override
    public void await() {
      try {
        ticket.await();
      } catch (RuntimeException | Error e) {
        throw calls.failure("Ticket.await of " + call, e);
      }
    }
  }
}
