package dev.farsight.storage.offheap;

import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.internal.Sizes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One stretch of zeroed memory from the operating system, of any size, outside the heap and outside
 * {@code -XX:MaxDirectMemorySize}. Address space is taken at once, memory page by page when first
 * written to.
 *
 * <p>The owner closes it exactly once, when nobody uses a view any more: touching a view afterwards
 * ends the process.
 */
final class Mapping implements AutoCloseable {

  private static final long HUGE_PAGE = 2L << 20;
  private static final int PAGE = 4096;
  private static final int SLICE = 64 << 20;

  private final LibC libc;
  private final long reserved;
  private final long reservedBytes;
  private final long address;
  private final long bytes;

  private Mapping(LibC libc, long reserved, long reservedBytes, long bytes) {
    this.libc = libc;
    this.reserved = reserved;
    this.reservedBytes = reservedBytes;
    this.address = (reserved + HUGE_PAGE - 1) & -HUGE_PAGE;
    this.bytes = bytes;
  }

  /**
   * Takes address space.
   *
   * @param hugePages whether to ask for pages of 2 MiB
   * @throws FarsightException if it is not to be had
   */
  static Mapping reserve(long bytes, boolean hugePages) {
    LibC libc = LibC.load();
    // A huge page more, because only whole aligned ones become huge.
    long reservedBytes = Math.addExact(bytes, HUGE_PAGE);
    long reserved =
        libc.mmap(
            null, reservedBytes, LibC.PROT_READ_WRITE, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
    if (reserved == -1) {
      throw new FarsightException(
          "storage offheap cannot map "
              + Sizes.text(bytes)
              + " of memory: "
              + libc.lastError()
              + "; see ulimit -v and vm.overcommit_memory");
    }
    // Only advice: a kernel without huge pages refuses it, and serves small ones.
    libc.madvise(reserved, reservedBytes, hugePages ? LibC.MADV_HUGEPAGE : LibC.MADV_NOHUGEPAGE);
    return new Mapping(libc, reserved, reservedBytes, bytes);
  }

  /** Bytes that views may cover. */
  long bytes() {
    return bytes;
  }

  /** A window onto the memory, in native byte order. */
  ByteBuffer view(long offset, int length) {
    if (offset < 0 || length < 0 || offset > bytes - length) {
      throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of " + bytes);
    }
    return new Pointer(address + offset).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
  }

  /** Windows of {@code window} bytes each, the last one shorter, over a part of the memory. */
  ByteBuffer[] views(long offset, long length, int window) {
    var views = new ByteBuffer[(int) ((length + window - 1) / window)];
    for (int v = 0; v < views.length; v++) {
      long at = (long) v * window;
      views[v] = view(offset + at, (int) Math.min(window, length - at));
    }
    return views;
  }

  /** Takes all memory now, by writing zeros; only before anything else is written. */
  void populate(Workers workers) {
    ByteBuffer[] slices = views(0, bytes, SLICE);
    workers.run(
        slices.length,
        (index, worker) -> {
          ByteBuffer slice = slices[index];
          for (int at = 0; at < slice.capacity(); at += PAGE) {
            slice.put(at, (byte) 0);
          }
        });
  }

  @Override
  public void close() {
    if (libc.munmap(reserved, reservedBytes) != 0) {
      throw new FarsightException(
          "storage offheap cannot give back its memory: " + libc.lastError());
    }
  }
}
