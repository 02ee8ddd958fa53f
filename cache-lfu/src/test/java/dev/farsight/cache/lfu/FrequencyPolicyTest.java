package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.table.InitialRows;
import dev.farsight.testkit.cache.CachePolicyContract;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrequencyPolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new FrequencyPolicy.Factory();
  }

  /** A resident row as the naive oracle sees it. */
  private record Resident(int slot, long count, long admitted) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 10, 1000, Long.MAX_VALUE})
  void ranksLikeANaiveSort(long distinctCounts) {
    RowFrequencies counts = row -> (InitialRows.mix64(row) & Long.MAX_VALUE) % distinctCounts;
    for (long seed = 1; seed <= 10; seed++) {
      var random = new SplittableRandom(seed);
      int slots = 1 + random.nextInt(200);
      CachePolicy policy = new FrequencyPolicy(slots, counts);
      List<Resident> resident = new ArrayList<>();
      var free = new ArrayList<>(IntStream.range(0, slots).boxed().toList());
      long row = 0;
      for (int step = 0; step < 300; step++) {
        var admitted = new SlotBatch(slots);
        for (int more = random.nextInt(free.size() + 1); more > 0; more--, row++) {
          int slot = free.remove(random.nextInt(free.size()));
          admitted.add(slot, row, 1, SlotBatch.UNKNOWN);
          resident.add(new Resident(slot, counts.count(row), row));
        }
        policy.admit(admitted);

        Set<Integer> pinned = new HashSet<>();
        resident.stream().filter(r -> random.nextInt(4) == 0).forEach(r -> pinned.add(r.slot()));
        resident.sort(
            Comparator.comparingLong(Resident::count).thenComparingLong(Resident::admitted));
        var evictable = resident.stream().filter(r -> !pinned.contains(r.slot())).toList();
        var expected = evictable.subList(0, random.nextInt(evictable.size() + 1));

        int[] victims = new int[slots];
        int found = policy.victims(expected.size(), pinned::contains, victims);
        assertThat(IntStream.of(victims).limit(found).boxed().toList())
            .as("seed %d, step %d", seed, step)
            .isEqualTo(expected.stream().map(Resident::slot).toList());

        var evicted = new SlotBatch(slots);
        expected.forEach(r -> evicted.add(r.slot(), r.admitted(), 0, SlotBatch.UNKNOWN));
        policy.evicted(evicted);
        policy.checkInvariants();
        expected.forEach(r -> free.add(r.slot()));
        resident.removeAll(List.copyOf(expected));
      }
    }
  }
}
