package dev.farsight.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Places in a queue that no scorer takes from: those of requests that nobody waits for are free.
 */
class ScoreQueueTest {

  private static final long LONG = TimeUnit.HOURS.toNanos(1);
  private static final BatchSchema SCHEMA =
      new BatchSchema(1, new TableSet(List.of(new Table("t", 9))), false, false);

  private final ScoreQueue queue = new ScoreQueue(100, 0, new ServingMetrics());
  private final List<Reason> refused = new ArrayList<>();

  /**
   * @param nanos until its deadline
   */
  private Scoring scoring(int count, long nanos) {
    var samples = new Samples(SCHEMA);
    samples.begin(count);
    long now = System.nanoTime();
    var listener =
        new Scoring.Listener() {
          @Override
          public void scored(Scoring scored) {
            throw new AssertionError("nobody scores");
          }

          @Override
          public void refused(Refusal why) {
            refused.add(why.reason());
          }
        };
    return new Scoring(null, samples, now, now + nanos, listener);
  }

  private void requireFull() {
    assertThatThrownBy(() -> queue.add(scoring(1, LONG)))
        .isInstanceOf(Refusal.class)
        .hasMessage("100 samples wait already, of 100; try again later");
  }

  @Test
  void aRequestThatIsCancelledLeavesItsPlace() {
    queue.add(scoring(30, LONG));
    var second = scoring(60, LONG);
    queue.add(second);
    queue.add(scoring(10, LONG));
    requireFull();
    assertThat(queue.remove(second)).isTrue();
    assertThat(queue.remove(second)).isFalse();
    assertThat(queue.waitingSamples()).isEqualTo(40);
    queue.add(scoring(60, LONG));
    requireFull();
    second.done(second.waiting());
    assertThat(refused).containsExactly(Reason.CANCELLED);
  }

  @Test
  void aRequestThatExpiresLeavesItsPlaceWhereItIsNeeded() {
    queue.add(scoring(30, LONG));
    queue.add(scoring(60, 0));
    queue.add(scoring(10, LONG));
    queue.add(scoring(60, LONG));
    requireFull();
    for (Scoring left : queue.removeAll()) {
      left.fail(new Refusal(Reason.UNAVAILABLE, "the server ends"));
      left.done(left.waiting());
    }
    assertThat(refused)
        .containsExactlyInAnyOrder(
            Reason.UNAVAILABLE, Reason.UNAVAILABLE, Reason.UNAVAILABLE, Reason.EXPIRED);
  }

  /** Many requests of any deadline: exactly those that are past it make room. */
  @Test
  void noOtherMakesRoom() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int alive = 0;
      int waiting = 0;
      while (waiting < 100) {
        int count = Math.min(random.nextInt(1, 30), 100 - waiting);
        boolean expires = random.nextBoolean();
        queue.add(scoring(count, expires ? -random.nextInt(9) : LONG + random.nextLong(LONG)));
        waiting += count;
        if (!expires) {
          alive += count;
        }
      }
      int free = 100 - alive;
      if (free > 0) {
        queue.add(scoring(free, LONG));
      }
      assertThat(queue.waitingSamples()).as("seed %d, round %d", seed, round).isEqualTo(100);
      requireFull();
      queue.removeAll();
    }
  }
}
