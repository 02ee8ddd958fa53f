package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.bench.trace.TestTraces;
import dev.farsight.bench.trace.Trace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClairvoyantTest {

  private static final Fixture FIXTURE = new Fixture();

  @TempDir private Path folder;

  /** Fewest rows that any sequence of choices brings in: tries them all. Rows are bits. */
  private static final class BruteForce {

    private final int[] batches;
    private final int slots;
    private final Map<List<Integer>, Integer> known = new HashMap<>();

    BruteForce(int[] batches, int slots) {
      this.batches = batches;
      this.slots = slots;
    }

    int least(int batch, int resident) {
      if (batch == batches.length) {
        return 0;
      }
      var key = List.of(batch, resident);
      Integer found = known.get(key);
      if (found != null) {
        return found;
      }
      int needed = batches[batch];
      int all = resident | needed;
      int least = Integer.MAX_VALUE;
      // Every set of rows that may be kept: all of the batch's, and any others that there is room
      // for.
      int others = all & ~needed;
      for (int kept = others; ; kept = (kept - 1) & others) {
        if (Integer.bitCount(kept | needed) <= slots) {
          least = Math.min(least, least(batch + 1, kept | needed));
        }
        if (kept == 0) {
          break;
        }
      }
      least += Integer.bitCount(needed & ~resident);
      known.put(key, least);
      return least;
    }
  }

  @Test
  void noSequenceOfChoicesBringsInFewerRows() {
    int compared = 0;
    for (long seed = 0; seed < 400; seed++) {
      var random = new Random(seed);
      int rows = 3 + random.nextInt(6);
      int batchSize = 1 + random.nextInt(3);
      int slots = Math.min(rows, batchSize + random.nextInt(3));
      long[] keys = new long[batchSize * (4 + random.nextInt(8))];
      int[] batches = new int[keys.length / batchSize];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = random.nextInt(rows);
        batches[i / batchSize] |= 1 << keys[i];
      }
      Trace trace = TestTraces.keys(folder, keys);
      var bound = FIXTURE.bound(trace, batchSize, slots);
      int least = new BruteForce(batches, slots).least(0, 0);
      assertThat(bound.tally().all().missed()).as("seed %d", seed).isEqualTo(least);
      compared += bound.evicted() > 0 ? 1 : 0;
    }
    assertThat(compared).as("cases with evictions").isGreaterThan(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 100})
  void noPolicyBringsInFewerRows(int batchSize) {
    Trace trace = TestTraces.keys(folder, TestTraces.mixedKeys(9, 20_000, 1_500));
    for (int slots : new int[] {100, 150, 400, 1200}) {
      var outcomes = FIXTURE.outcomes(trace, batchSize, slots, "lru", "lfu", "frequency");
      var bound = outcomes.get(0);
      assertThat(bound.regret(bound)).isZero();
      assertThat(bound.evicted()).isPositive();
      for (Outcome outcome : outcomes.subList(1, outcomes.size())) {
        assertThat(outcome.regret(bound)).as("%s, %d slots", outcome.policy(), slots).isPositive();
      }
    }
  }

  /** Evaluation teaches policies nothing, but its uses are uses: rows kept for it save loads. */
  @Test
  void seesTheUsesOfEvaluationToo() {
    int[] rows = {9};
    var train = TestTraces.parts(1, 3, 1, rows);
    // Three slots. After 0 1 2 are trained on, 3 needs a slot: row 0 is used next by training, and
    // 1 and 2 before that by evaluation.
    int[][] samples = {{0, 1, 2, 3}, {1, 2}, {0}};
    for (int p = 0; p < samples.length; p++) {
      train.set(
          p,
          TestTraces.Part.oneHot(
              train.get(p).phase(), Arrays.stream(samples[p]).mapToObj(List::of).toList()));
    }
    Trace trace = TestTraces.recorded(folder.resolve("trace"), 1, train, rows);
    var outcome = FIXTURE.bound(trace, 1, 3);
    assertThat(outcome.resident().stream().toArray())
        .as("positions that hit")
        .containsExactly(4, 5);
    assertThat(outcome.tally().all().missed()).as("of training").isEqualTo(5);
  }

  /** Two rows never used again: the one that evaluation brought in is clean, and goes first. */
  @Test
  void ofEqualRowsTheCleanOneGoes() {
    int[] rows = {9};
    var parts = TestTraces.parts(1, 3, 1, rows);
    int[][] samples = {{0}, {1}, {2}};
    for (int p = 0; p < samples.length; p++) {
      parts.set(
          p,
          TestTraces.Part.oneHot(
              parts.get(p).phase(), Arrays.stream(samples[p]).mapToObj(List::of).toList()));
    }
    Trace trace = TestTraces.recorded(folder.resolve("trace"), 1, parts, rows);
    var outcome = FIXTURE.bound(trace, 1, 2);
    assertThat(outcome.evicted()).isEqualTo(1);
    assertThat(outcome.writtenBack()).isZero();
  }
}
