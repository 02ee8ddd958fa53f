package dev.farsight.compute.jcuda;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Device memory for gradients, given back once used: a step's backward runs in a fixed order, so
 * two gradients that are never alive together may share memory.
 */
final class GradientPool {

  private final DeviceMemory memory;
  private final Map<Long, Long> sizes = new TreeMap<>();
  private final TreeMap<Long, ArrayDeque<Long>> free = new TreeMap<>();

  GradientPool(DeviceMemory memory) {
    this.memory = memory;
  }

  /** Memory of at least so many bytes, the smallest free piece that has them. */
  long take(long bytes) {
    var piece = free.ceilingEntry(bytes);
    if (piece == null) {
      long address = memory.allocate("gradients", bytes);
      sizes.put(address, bytes);
      return address;
    }
    long address = piece.getValue().pop();
    if (piece.getValue().isEmpty()) {
      free.remove(piece.getKey());
    }
    return address;
  }

  void giveBack(long address) {
    free.computeIfAbsent(sizes.get(address), size -> new ArrayDeque<>()).push(address);
  }
}
