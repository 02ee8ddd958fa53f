package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Off-heap memory that BLAS can be given: zeroed, 64-byte aligned, freed by {@link #close} and not
 * before. Taken from the C library directly, so neither {@code -XX:MaxDirectMemorySize} nor
 * JavaCPP's limits apply. Blocks of 4 MiB and more ask for huge pages, which random access to rows
 * gains from.
 */
final class NativeMemory implements HostBuffers {

  private static final long PAGE = 4096;
  private static final long LARGE = 4 << 20;

  private final List<Pointer> blocks = new ArrayList<>();
  private long allocated;

  @Override
  public ByteBuffer bytes(long bytes) {
    return bytes == 0
        ? ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder())
        : block(bytes).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** A row-major matrix; at most 2^31-1 bytes. */
  Matrix matrix(int rows, int width) {
    var block = block((long) rows * width * Float.BYTES);
    var bytes = block.asByteBuffer().order(ByteOrder.nativeOrder());
    return new Matrix(new FloatPointer(block), bytes, width);
  }

  /** A row-major matrix with room for {@code margin} rows before its first and after its last. */
  Matrix matrix(int rows, int width, int margin) {
    long skip = (long) margin * width * Float.BYTES;
    long bytes = (long) rows * width * Float.BYTES;
    var inner = block(bytes + 2 * skip).getPointer(BytePointer.class, skip).capacity(bytes);
    var buffer = inner.asByteBuffer().order(ByteOrder.nativeOrder());
    return new Matrix(new FloatPointer(inner), buffer, width);
  }

  private BytePointer block(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new FarsightException(
          "a block of " + bytes + " bytes; at most 2^31-1 are possible, use smaller batches");
    }
    var raw = Pointer.calloc(bytes + ALIGNMENT, 1);
    if (raw == null || raw.isNull()) {
      throw new FarsightException(
          "no room for " + bytes + " bytes off-heap after " + allocated + " bytes");
    }
    blocks.add(raw);
    allocated += bytes;
    if (bytes >= LARGE) {
      // Only advice: where the kernel has no huge pages, it is refused and nothing is lost.
      long start = (raw.address() + PAGE - 1) / PAGE * PAGE;
      LibC.CALLS.madvise(start, (raw.address() + bytes - start) / PAGE * PAGE, LibC.HUGE_PAGES);
    }
    long skip = -raw.address() & (ALIGNMENT - 1);
    return raw.getPointer(BytePointer.class, skip).capacity(bytes);
  }

  @Override
  public long allocated() {
    return allocated;
  }

  @Override
  public void close() {
    blocks.forEach(Pointer::free);
    blocks.clear();
    allocated = 0;
  }
}
