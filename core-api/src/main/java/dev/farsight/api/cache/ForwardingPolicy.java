package dev.farsight.api.cache;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Passes every call on to another policy. Wrappers extend this class and override the methods that
 * they change.
 */
public abstract class ForwardingPolicy implements CachePolicy {

  private final CachePolicy policy;

  protected ForwardingPolicy(CachePolicy policy) {
    this.policy = policy;
  }

  @Override
  public void hit(SlotBatch rows) {
    policy.hit(rows);
  }

  @Override
  public void admit(SlotBatch rows) {
    policy.admit(rows);
  }

  @Override
  public void nextUse(SlotBatch rows) {
    policy.nextUse(rows);
  }

  @Override
  public int victims(int count, Pins pins, int[] slots) {
    return policy.victims(count, pins, slots);
  }

  @Override
  public void evicted(SlotBatch rows) {
    policy.evicted(rows);
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
}
