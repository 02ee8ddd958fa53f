package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NextUseListsTest {

  /** A queue of slots for each batch. */
  private static final class Naive {

    private final TreeMap<Long, Deque<Integer>> lists = new TreeMap<>();

    void add(long batch, int slot) {
      lists.computeIfAbsent(batch, b -> new ArrayDeque<>()).add(slot);
    }

    int take(long batch) {
      int slot = lists.get(batch).remove();
      if (lists.get(batch).isEmpty()) {
        lists.remove(batch);
      }
      return slot;
    }
  }

  @Test
  void listsAsANaiveMapDoesHoweverFarAheadUsesAre() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      int slots = 200;
      var lists = new NextUseLists(slots);
      var naive = new Naive();
      var free = new ArrayDeque<Integer>();
      for (int slot = 0; slot < slots; slot++) {
        free.add(slot);
      }
      int ahead = 1 + random.nextInt(1000);
      int[] taken = new int[slots];
      for (long batch = 0; batch < 500; batch++) {
        while (naive.lists.containsKey(batch - 1)) {
          assertThat(lists.take(batch - 1, 1, taken)).isEqualTo(1);
          assertThat(taken[0]).as("seed %d", seed).isEqualTo(naive.take(batch - 1));
          free.add(taken[0]);
        }
        lists.first(batch);
        for (int more = random.nextInt(1 + free.size()); more > 0; more--) {
          long use = batch + random.nextInt(ahead);
          lists.add(use, free.peek());
          naive.add(use, free.poll());
        }
        for (int less = random.nextInt(5); less > 0 && !naive.lists.isEmpty(); less--) {
          long latest = naive.lists.lastKey();
          assertThat(lists.latest()).as("seed %d, batch %d", seed, batch).isEqualTo(latest);
          lists.take(latest, 1, taken);
          assertThat(taken[0]).as("seed %d", seed).isEqualTo(naive.take(latest));
          free.add(taken[0]);
        }
        assertThat(lists.size()).isEqualTo(slots - free.size());
        lists = random.nextInt(20) == 0 ? copy(lists, slots) : lists;
      }
      lists.checkInvariants((use, slot) -> assertThat(naive.lists.get(use)).contains(slot));
    }
  }

  private static NextUseLists copy(NextUseLists lists, int slots) throws IOException {
    var bytes = new ByteArrayOutputStream();
    lists.save(new DataOutputStream(bytes));
    var copy = new NextUseLists(slots);
    copy.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    return copy;
  }

  @Test
  void usesBeyondItsReachAreListedAsTheFarthest() {
    var lists = new NextUseLists(3);
    lists.first(7);
    lists.add(3, 0); // past: as if now
    lists.add(1L << 40, 1);
    assertThat(lists.latest()).isEqualTo(7 + (1 << 17) - 1);
    lists.checkInvariants((use, slot) -> assertThat(use).isBetween(7L, 7L + (1 << 17)));
    assertThat(lists.take(7, 5, new int[5])).isEqualTo(1);
  }
}
