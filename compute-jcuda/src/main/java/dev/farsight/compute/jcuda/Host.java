package dev.farsight.compute.jcuda;

import com.sun.jna.Native;
import java.nio.Buffer;
import jcuda.Pointer;

/** An address in host memory. */
final class Host extends Pointer {

  /** To be filled by the driver. */
  Host() {}

  Host(long address) {
    super(address);
  }

  /** Where a direct buffer starts, whatever its position. */
  static Host of(Buffer buffer) {
    return new Host(com.sun.jna.Pointer.nativeValue(Native.getDirectBufferPointer(buffer)));
  }

  long address() {
    return getNativePointer() + getByteOffset();
  }
}
