package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Needs no GPU. */
class StretchesTest {

  private static final int RING = 100_000;

  /** An event, which names the plan that it was recorded for. */
  private static final class Event {
    private long plan;
  }

  private record Staged(long plan, int from, int rows) {}

  private final AtomicInteger events = new AtomicInteger();
  private final Stretches<Event> stretches =
      new Stretches<>(
          () -> {
            events.incrementAndGet();
            return new Event();
          });

  /** Plans are staged some plans ahead of the lane; none of the copies may be made twice. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 24, 40, 1000})
  void everyStagedStretchIsFoundHoweverManyPlansAreAhead(int planned) {
    var random = new Random(planned);
    var ahead = new ArrayDeque<Staged>();
    int next = 0;
    for (long plan = 0; plan < 10_000; plan++) {
      int rows = 1 + random.nextInt(RING / (planned + 2) / 2);
      int from = next + rows > RING ? 0 : next;
      next = from + rows;
      stretches.add(from, rows).plan = plan;
      ahead.add(new Staged(plan, from, rows));
      while (ahead.size() > planned + 1 || (!ahead.isEmpty() && random.nextInt(planned + 1) == 0)) {
        Staged staged = ahead.remove();
        Event event = stretches.take(staged.from(), staged.rows());
        assertThat(event).as("plan %d of %s", plan, staged).isNotNull();
        assertThat(event.plan).isEqualTo(staged.plan());
      }
    }
    assertThat(events).hasValueLessThanOrEqualTo(planned + 2);
  }

  @Test
  void whatWasNotStagedIsNotFoundAndNothingIsFoundTwice() {
    stretches.add(10, 5);
    assertThat(stretches.take(10, 4)).isNull();
    assertThat(stretches.take(11, 5)).isNull();
    assertThat(stretches.take(10, 5)).isNotNull();
    assertThat(stretches.take(10, 5)).isNull();
  }

  /** The stretches of plans that were undone are dropped once their rows are used again. */
  @Test
  void stretchesThatNobodyTakesDoNotPileUp() {
    for (long plan = 0; plan < 1000; plan++) {
      stretches.add((int) (plan % 10) * 50, 60).plan = plan;
    }
    assertThat(events).hasValueLessThan(12);
    stretches.add(0, RING).plan = 1000;
    assertThat(stretches.take(0, RING).plan).isEqualTo(1000);
    assertThat(stretches.take(450, 60)).isNull();
  }

  @Test
  void everyEventIsVisited() {
    for (int s = 0; s < 20; s++) {
      stretches.add(100 * s, 100);
    }
    stretches.take(300, 100);
    var visited = new AtomicInteger();
    stretches.forEachEvent(event -> visited.incrementAndGet());
    assertThat(visited).hasValue(20);
  }
}
