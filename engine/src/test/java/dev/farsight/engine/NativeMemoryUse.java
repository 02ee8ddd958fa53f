package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/**
 * Memory outside of the heap that this process has in use, as the C library and the JVM count it:
 * what waits for a collection of the heap is in use. Collects nothing.
 */
final class NativeMemoryUse {

  /** Repetitions until caches and compiled code are there. */
  private static final int FIRST = 15;

  /** Repetitions of which the least use counts: the JVM's compiler takes memory for a while. */
  private static final int WINDOW = 10;

  private static final long MOST_DIRECT_GROWTH_BYTES = 2 << 20;

  /** Of all memory, which has what the JVM keeps for itself too. */
  private static final long MOST_GROWTH_BYTES = 8 << 20;

  /** The C library. */
  public interface LibC extends Library {
    Allocated mallinfo2();
  }

  /** What {@code mallinfo2} returns. */
  @Structure.FieldOrder({
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost"
  })
  public static final class Allocated extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd;
    public long usmblks;
    public long fsmblks;
    public long uordblks;
    public long fordblks;
    public long keepcost;
  }

  private static final LibC LIB_C = Native.load("c", LibC.class);

  private NativeMemoryUse() {}

  /** Runs an action so many times and requires that later times leave nothing behind. */
  static void requireFlat(int times, IntConsumer action) {
    long directAtFirst = 0;
    long mostDirect = 0;
    long firstUse = Long.MAX_VALUE;
    long lastUse = Long.MAX_VALUE;
    for (int i = 0; i < times; i++) {
      action.accept(i);
      if (i == FIRST) {
        directAtFirst = directBytes();
      }
      if (i >= FIRST) {
        mostDirect = Math.max(mostDirect, directBytes());
      }
      if (i >= FIRST && i < FIRST + WINDOW) {
        firstUse = Math.min(firstUse, allocatedBytes());
      }
      if (i >= times - WINDOW) {
        lastUse = Math.min(lastUse, allocatedBytes());
      }
    }
    assertThat(mostDirect - directAtFirst)
        .as("growth of direct buffers")
        .isLessThan(MOST_DIRECT_GROWTH_BYTES);
    assertThat(lastUse - firstUse).as("growth of allocated memory").isLessThan(MOST_GROWTH_BYTES);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static long allocatedBytes() {
    Allocated all = LIB_C.mallinfo2();
    return all.uordblks + all.hblkhd;
  }
}
