package dev.farsight.serving.request;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Carriers to use again. Makes one if none is free, and keeps at most as many free ones as it was
 * told. Any thread; O(1).
 */
public final class Pool<T> {

  private final ArrayDeque<T> free;
  private final int mostFree;
  private final Supplier<T> maker;

  public Pool(int mostFree, Supplier<T> maker) {
    this.free = new ArrayDeque<>(mostFree);
    this.mostFree = mostFree;
    this.maker = maker;
  }

  public T take() {
    T kept;
    synchronized (free) {
      kept = free.pollLast();
    }
    return kept == null ? maker.get() : kept;
  }

  public void giveBack(T carrier) {
    synchronized (free) {
      if (free.size() < mostFree) {
        free.addLast(carrier);
      }
    }
  }
}
