package dev.farsight.bench;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.ForwardingPolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;

/** Times a policy's calls, in nanoseconds since the last {@link #reset}. */
final class PolicyClock {

  long hit;
  long admit;
  long evicted;
  long victims;
  long nextUse;

  void reset() {
    nextUse = 0;
    hit = 0;
    admit = 0;
    evicted = 0;
    victims = 0;
  }

  long total() {
    return hit + admit + evicted + victims;
  }

  CachePolicy watch(CachePolicy policy) {
    return new Watched(policy);
  }

  private final class Watched extends ForwardingPolicy {

    Watched(CachePolicy policy) {
      super(policy);
    }

    @Override
    public void hit(SlotBatch rows) {
      long start = System.nanoTime();
      super.hit(rows);
      hit += System.nanoTime() - start;
    }

    @Override
    public void admit(SlotBatch rows) {
      long start = System.nanoTime();
      super.admit(rows);
      admit += System.nanoTime() - start;
    }

    @Override
    public void nextUse(SlotBatch rows) {
      long start = System.nanoTime();
      super.nextUse(rows);
      nextUse += System.nanoTime() - start;
    }

    @Override
    public int victims(int count, Pins pins, int[] slots) {
      long start = System.nanoTime();
      int chosen = super.victims(count, pins, slots);
      victims += System.nanoTime() - start;
      return chosen;
    }

    @Override
    public void evicted(SlotBatch rows) {
      long start = System.nanoTime();
      super.evicted(rows);
      evicted += System.nanoTime() - start;
    }
  }
}
