package dev.farsight.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** Measures what memory a call takes on this thread. */
public final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final BufferPoolMXBean DIRECT =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  private final long heap = heap();
  private final long direct = DIRECT.getMemoryUsed();

  private static long heap() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Bytes allocated on the heap by this thread since this object was made, and direct memory. */
  public long bytes() {
    return heap() - heap + Math.max(0, DIRECT.getMemoryUsed() - direct);
  }
}
