package dev.farsight.engine.pipeline;

import dev.farsight.api.concurrent.Ticket;

/**
 * The tickets of the moves and steps that a lane has given to its device; batch n is at n modulo
 * the number of plans in use. Handed from stage to stage with the lane's progresses, which make the
 * tickets visible to the other threads.
 */
final class LaneTickets {

  private final Ticket[] moves;
  private final Ticket[] steps;

  LaneTickets(int plansInUse) {
    moves = new Ticket[plansInUse];
    steps = new Ticket[plansInUse];
  }

  void move(long n, Ticket ticket) {
    moves[(int) (n % moves.length)] = ticket;
  }

  void step(long n, Ticket ticket) {
    steps[(int) (n % steps.length)] = ticket;
  }

  void awaitMove(long n) {
    moves[(int) (n % moves.length)].await();
  }

  void awaitStep(long n) {
    steps[(int) (n % steps.length)].await();
  }
}
