package dev.farsight.bench;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

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
    return new CachePolicy() {
      @Override
      public void hit(SlotBatch rows) {
        long start = System.nanoTime();
        policy.hit(rows);
        hit += System.nanoTime() - start;
      }

      @Override
      public void admit(SlotBatch rows) {
        long start = System.nanoTime();
        policy.admit(rows);
        admit += System.nanoTime() - start;
      }

      @Override
      public void nextUse(SlotBatch rows) {
        long start = System.nanoTime();
        policy.nextUse(rows);
        nextUse += System.nanoTime() - start;
      }

      @Override
      public int victims(int count, Pins pins, int[] slots) {
        long start = System.nanoTime();
        int chosen = policy.victims(count, pins, slots);
        victims += System.nanoTime() - start;
        return chosen;
      }

      @Override
      public void evicted(SlotBatch rows) {
        long start = System.nanoTime();
        policy.evicted(rows);
        evicted += System.nanoTime() - start;
      }

      @Override
      public void reset() {
        policy.reset();
      }

      @Override
      public void save(DataOutput out) throws IOException {
        policy.save(out);
      }

      @Override
      public void restore(DataInput in) throws IOException {
        policy.restore(in);
      }

      @Override
      public void checkInvariants() {
        policy.checkInvariants();
      }
    };
  }
}
