package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotQueuesTest {

  @Test
  void doesAsManyDequesDo() {
    for (long seed = 1; seed <= 50; seed++) {
      var random = new Random(seed);
      int slots = 1 + random.nextInt(400);
      int count = 1 + random.nextInt(20);
      var queues = new SlotQueues(slots, count);
      List<ArrayDeque<Integer>> naive = new ArrayList<>();
      for (int q = 0; q < count; q++) {
        naive.add(new ArrayDeque<>());
      }
      var free = new ArrayList<Integer>();
      for (int slot = 0; slot < slots; slot++) {
        free.add(slot);
      }
      int[] taken = new int[slots];
      for (int step = 0; step < 3000; step++) {
        int q = random.nextInt(naive.size());
        int kind = random.nextInt(100);
        if (kind < 60 && !free.isEmpty()) {
          int slot = free.remove(free.size() - 1);
          if (kind < 40) {
            queues.addLast(q, slot);
            naive.get(q).addLast(slot);
          } else {
            queues.addFirst(q, slot);
            naive.get(q).addFirst(slot);
          }
        } else if (kind < 98) {
          int most = 1 + random.nextInt(kind < 65 ? slots : 5);
          int expected = Math.min(most, naive.get(q).size());
          assertThat(queues.take(q, most, taken)).as("seed %d", seed).isEqualTo(expected);
          for (int i = 0; i < expected; i++) {
            assertThat(taken[i]).as("seed %d", seed).isEqualTo(naive.get(q).removeFirst());
            free.add(taken[i]);
          }
        } else if (kind == 98) {
          queues.grow(naive.size() + 1);
          queues.rename(q, naive.size());
          naive.add(naive.get(q));
          naive.set(q, new ArrayDeque<>());
        } else if (random.nextInt(20) == 0) {
          queues.clear();
          naive.forEach(
              queue -> {
                free.addAll(queue);
                queue.clear();
              });
        }
        assertThat(queues.isEmpty(q)).as("seed %d", seed).isEqualTo(naive.get(q).isEmpty());
      }
      for (int q = 0; q < naive.size(); q++) {
        var seen = new ArrayList<Integer>();
        queues.forEach(q, seen::add);
        assertThat(seen).as("seed %d", seed).containsExactlyElementsOf(naive.get(q));
      }
    }
  }
}
