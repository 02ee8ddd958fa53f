package dev.farsight.testkit.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.SlotBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyHarnessTest {

  /** Writes down what it is told: call, batch, then row=next use for each row. */
  private static final class Recorder extends FifoPolicy {

    private final List<String> calls = new ArrayList<>();

    Recorder(int slots) {
      super(slots);
    }

    private void record(String call, SlotBatch rows) {
      var text = new StringBuilder(call + rows.batch());
      for (int i = 0; i < rows.count(); i++) {
        long next = rows.nextUse()[i];
        text.append(" " + rows.rows()[i] + "=" + (next == SlotBatch.UNKNOWN ? "?" : next));
      }
      calls.add(text.toString());
    }

    @Override
    public void nextUse(SlotBatch rows) {
      record("next", rows);
    }

    @Override
    public void hit(SlotBatch rows) {
      record("hit", rows);
    }

    @Override
    public void admit(SlotBatch rows) {
      record("admit", rows);
      super.admit(rows);
    }

    @Override
    public void evicted(SlotBatch rows) {
      record("evicted", rows);
      super.evicted(rows);
    }
  }

  @Test
  void tellsOfNextUsesAsTheLookAheadSeesThem() {
    var policy = new Recorder(3);
    var cache = new PolicyHarness("recorder", policy, 3, 1);
    cache.run(
        List.of(
            RowBatch.training(1, 2),
            RowBatch.training(2, 3),
            RowBatch.training(1, 4),
            RowBatch.training(3, 2)));
    assertThat(policy.calls)
        .containsExactly(
            "next0",
            "hit0",
            "admit0 1=? 2=1",
            "next1 1=2",
            "hit1 2=?",
            "admit1 3=?",
            "next2 3=3 2=3",
            "hit2 1=?",
            "evicted2 2=?",
            "admit2 4=?",
            "next3",
            "hit3 3=?",
            "evicted3 1=?",
            "admit3 2=?");
  }

  @Test
  void countsHitsOfLookupsAndOfUniqueRows() {
    var cache = new PolicyHarness("fifo", new FifoPolicy(2), 2);
    cache.run(RowBatch.training(new long[] {1, 2}, new int[] {3, 1}));
    cache.run(RowBatch.training(new long[] {1, 5}, new int[] {5, 1}));
    assertThat(cache.stats().hitRatio()).isEqualTo(.5);
    assertThat(cache.stats().uniqueHitRatio()).isEqualTo(.25);
    assertThat(cache.stats().victimCount()).isEqualTo(1);
    assertThat(cache.residentRows()).containsExactly(1, 5);
  }
}
