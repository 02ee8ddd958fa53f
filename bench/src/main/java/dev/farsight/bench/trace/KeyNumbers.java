package dev.farsight.bench.trace;

import dev.farsight.engine.cache.RowMap;

/** Numbers distinct keys in the order of their first occurrence. 32 to 64 bytes a key. */
final class KeyNumbers {

  /** The one key that a row map cannot hold. */
  private static final long RESERVED = -1;

  private final RowMap numbers = new RowMap(1 << 16);
  private int reserved = RowMap.ABSENT;
  private int count;

  /** The key's number; a key not seen before gets the next. */
  int of(long key) {
    int number = key == RESERVED ? reserved : numbers.get(key);
    if (number != RowMap.ABSENT) {
      return number;
    }
    if (key == RESERVED) {
      reserved = count;
    } else {
      numbers.put(key, count);
    }
    return count++;
  }

  int count() {
    return count;
  }
}
