package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import java.time.Duration;

/**
 * Why a group ended.
 *
 * @param rank the rank to blame
 * @param message one line that names the group and the rank
 */
record Failure(int rank, String message) {

  /** The rank did something, which the complaint continues: "is gone". */
  static Failure of(CollectiveContext context, int rank, String complaint) {
    return new Failure(
        rank, "group " + context.group() + ": " + context.name(rank) + " " + complaint);
  }

  static Failure aborted(CollectiveContext context, int rank, String reason) {
    return of(context, rank, "ended it: " + reason);
  }

  static Failure late(CollectiveContext context, int rank, Header awaited, Duration waited) {
    return of(context, rank, "did not join " + awaited.describe() + " within " + text(waited));
  }

  static Failure stuck(CollectiveContext context, int rank, Header awaited, Duration waited) {
    return of(context, rank, "stopped in " + awaited.describe() + " for more than " + text(waited));
  }

  static Failure silent(CollectiveContext context, int rank) {
    return of(context, rank, "has shown no sign of life for " + text(context.timeout()));
  }

  static Failure gone(CollectiveContext context, int rank) {
    return of(context, rank, "is gone: its connection ended");
  }

  static Failure left(CollectiveContext context, int rank, Header awaited) {
    return of(context, rank, "left before " + awaited.describe());
  }

  /** The calls of two ranks differ. */
  static Failure different(
      CollectiveContext context, int rank, Header call, int other, Header otherCall) {
    return of(
        context,
        other,
        "calls %s, but %s calls %s"
            .formatted(otherCall.describe(), context.name(rank), call.describe()));
  }

  /** A rank sends more or fewer elements than the other expects. */
  static Failure counts(
      CollectiveContext context, int rank, int expected, int other, Header otherCall) {
    return of(
        context,
        other,
        "sends %d %s to %s, which expects %d, in %s"
            .formatted(
                otherCall.piece,
                otherCall.elements.title,
                context.name(rank),
                expected,
                otherCall.describe()));
  }

  /** A new exception, whose stack trace is that of the thread that throws it. */
  CollectiveException exception() {
    return new CollectiveException(message, rank);
  }

  static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
