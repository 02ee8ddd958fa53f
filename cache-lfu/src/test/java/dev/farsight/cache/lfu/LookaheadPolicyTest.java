package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.testkit.cache.CachePolicyContract;
import dev.farsight.testkit.cache.PolicyHarness;
import dev.farsight.testkit.cache.RowBatch;
import dev.farsight.testkit.cache.Workload;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookaheadPolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new LookaheadPolicy.Factory();
  }

  private static LookaheadPolicy lookahead(int slots) {
    return new LookaheadPolicy(counts("lookahead", slots));
  }

  private static AgedCounts counts(String policy, int slots) {
    return new AgedCounts(policy, slots, 16L * slots, new Ghosts(4L * slots));
  }

  private static List<RowBatch> batches(long seed, int slots, int count) {
    return new Workload(seed, 3 * slots, 1).batches(count, 1 + slots / 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 100})
  void withoutLookAheadItIsLfu(int slots) {
    for (long seed = 1; seed <= 5; seed++) {
      var batches = batches(seed, slots, 300);
      var cache = new PolicyHarness("lookahead", lookahead(slots), slots);
      var lfu = new PolicyHarness("lfu", new LfuPolicy(counts("lfu", slots)), slots);
      assertThat(cache.run(batches)).as("seed %d", seed).isEqualTo(lfu.run(batches));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 100})
  void seeingEverythingItMissesAsFewAsTheClairvoyant(int slots) {
    for (long seed = 1; seed <= 5; seed++) {
      var batches = batches(seed, slots, 300);
      var cache = new PolicyHarness("lookahead", lookahead(slots), slots, batches.size());
      cache.run(batches);
      long missed = Math.round(cache.stats().uniqueRows() * (1 - cache.stats().uniqueHitRatio()));
      assertThat(missed).as("seed %d", seed).isEqualTo(clairvoyantMisses(batches, slots));
    }
  }

  /** Belady's choice, whole batches at a time: of rows not in the batch, the one used last goes. */
  private static int clairvoyantMisses(List<RowBatch> batches, int slots) {
    Set<Long> resident = new HashSet<>();
    int misses = 0;
    for (int b = 0; b < batches.size(); b++) {
      Set<Long> rows = new HashSet<>();
      Arrays.stream(batches.get(b).rows()).forEach(rows::add);
      misses += (int) rows.stream().filter(row -> !resident.contains(row)).count();
      resident.addAll(rows);
      while (resident.size() > slots) {
        int from = b + 1;
        long farthest =
            resident.stream()
                .filter(row -> !rows.contains(row))
                .max((x, y) -> Integer.compare(use(batches, from, x), use(batches, from, y)))
                .orElseThrow();
        resident.remove(farthest);
      }
    }
    return misses;
  }

  private static int use(List<RowBatch> batches, int from, long row) {
    return IntStream.range(from, batches.size())
        .filter(b -> LongStream.of(batches.get(b).rows()).anyMatch(r -> r == row))
        .findFirst()
        .orElse(Integer.MAX_VALUE);
  }

  @Test
  void moreLookAheadMissesLess() {
    int slots = 200;
    Map<Integer, Double> hits = new HashMap<>();
    var batches = new Workload(7, 1000, 1).batches(2000, 60);
    for (int ahead : List.of(0, 1, 4, 16, 64)) {
      var cache = new PolicyHarness("lookahead", lookahead(slots), slots, ahead);
      cache.run(batches);
      hits.put(ahead, cache.stats().uniqueHitRatio());
    }
    assertThat(hits.get(1)).isGreaterThan(hits.get(0));
    assertThat(hits.get(4)).isGreaterThan(hits.get(1) + .005);
    assertThat(hits.get(16)).isGreaterThan(hits.get(4) + .005);
    assertThat(hits.get(64)).isGreaterThanOrEqualTo(hits.get(16));
  }

  @Test
  void rowsWithoutAKnownUseGoFirstThenTheFarthest() {
    var cache = new PolicyHarness("lookahead", lookahead(5), 5, 10);
    int[] victims =
        cache.run(
            List.of(
                RowBatch.training(new long[] {1, 2, 3, 4, 5}, new int[] {1, 9, 1, 1, 1}),
                RowBatch.training(5, 6, 7), // rows 1, 3 and 4 are used again, row 2 is not
                RowBatch.training(1),
                RowBatch.training(4),
                RowBatch.training(3, 6, 7)));
    int slotOfRow2 = 1;
    int slotOfRow3 = 2;
    assertThat(victims).startsWith(slotOfRow2, slotOfRow3);
  }

  @Test
  void usesInEvaluationCountToo() {
    int slots = 3;
    var cache = new PolicyHarness("lookahead", lookahead(slots), slots, 3);
    cache.run(
        List.of(
            RowBatch.evaluation(1, 2, 3),
            RowBatch.evaluation(1),
            RowBatch.evaluation(4),
            RowBatch.evaluation(1)));
    assertThat(cache.resident(1)).isTrue();
    assertThat(cache.resident(4)).isTrue();
  }
}
