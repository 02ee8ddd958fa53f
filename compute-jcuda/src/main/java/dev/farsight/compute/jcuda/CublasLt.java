package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.farsight.api.FarsightException;

/** cuBLASLt: its handle, its workspace, and how it is called. */
final class CublasLt implements AutoCloseable {

  static final int R_32F = 0;
  static final int R_16BF = 14;
  static final int COMPUTE_32F = 68;
  static final int COMPUTE_32F_FAST_TF32 = 77;

  /** What NVIDIA recommends for Hopper; more than earlier devices use. */
  static final long WORKSPACE = 32L << 20;

  private final NativeLibrary library;
  private final Pointer handle;
  private final Pointer workspace;

  CublasLt(NativeLibrary library, DeviceMemory memory) {
    this.library = library;
    var created = new LongByReference();
    call("cublasLtCreate", created);
    handle = new Pointer(created.getValue());
    workspace = new Pointer(memory.allocate("the workspace of cuBLASLt", WORKSPACE));
  }

  Pointer handle() {
    return handle;
  }

  Pointer workspace() {
    return workspace;
  }

  Pointer create(String name, Object... arguments) {
    var created = new PointerByReference();
    var all = new Object[arguments.length + 1];
    all[0] = created;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    call(name, all);
    return created.getValue();
  }

  void call(String name, Object... arguments) {
    int result = result(name, arguments);
    if (result != 0) {
      throw new FarsightException(
          "cuBLASLt: "
              + name
              + " failed with status "
              + result
              + "; see nvidia-smi for the device");
    }
  }

  int result(String name, Object... arguments) {
    return library.getFunction(name).invokeInt(arguments);
  }

  static Memory int32(int value) {
    var memory = new Memory(8);
    memory.setLong(0, 0);
    memory.setInt(0, value);
    return memory;
  }

  static Memory int64(long value) {
    var memory = new Memory(8);
    memory.setLong(0, value);
    return memory;
  }

  @Override
  public void close() {
    call("cublasLtDestroy", handle);
  }
}
