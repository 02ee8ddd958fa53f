package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** NVIDIA's run-time compiler. Needs no GPU. */
final class Nvrtc {

  private final NativeLibrary library;

  Nvrtc(NativeLibrary library) {
    this.library = library;
  }

  /** Major and minor, as {@code 13.0}. */
  String version() {
    var major = new IntByReference();
    var minor = new IntByReference();
    call("nvrtcVersion", major, minor);
    return major.getValue() + "." + minor.getValue();
  }

  /** Compute capabilities it can compile for, ascending, as 90 for 9.0. */
  int[] capabilities() {
    var count = new IntByReference();
    call("nvrtcGetNumSupportedArchs", count);
    var memory = new Memory(4L * Math.max(1, count.getValue()));
    call("nvrtcGetSupportedArchs", memory);
    int[] capabilities = memory.getIntArray(0, count.getValue());
    Arrays.sort(capabilities);
    return capabilities;
  }

  /**
   * Compiles CUDA C.
   *
   * @param target {@code sm_90} for machine code, {@code compute_90} for PTX
   * @return a module's image
   */
  byte[] compile(String name, String source, String target, List<String> options) {
    var created = new PointerByReference();
    call("nvrtcCreateProgram", created, source, name, 0, Pointer.NULL, Pointer.NULL);
    Pointer program = created.getValue();
    try {
      List<String> all = new ArrayList<>(List.of("--gpu-architecture=" + target, "--std=c++17"));
      all.addAll(options);
      Object[] arguments = {program, all.size(), new StringArray(all.toArray(String[]::new))};
      if (library.getFunction("nvrtcCompileProgram").invokeInt(arguments) != 0) {
        throw new FarsightException(
            "NVRTC "
                + version()
                + " cannot compile "
                + name
                + " for "
                + target
                + ": "
                + log(program));
      }
      return target.startsWith("sm_")
          ? output(program, "nvrtcGetCUBIN")
          : output(program, "nvrtcGetPTX");
    } finally {
      call("nvrtcDestroyProgram", created);
    }
  }

  private byte[] output(Pointer program, String call) {
    var size = new LongByReference();
    call(call + "Size", program, size);
    var memory = new Memory(size.getValue());
    call(call, program, memory);
    return memory.getByteArray(0, (int) size.getValue());
  }

  private String log(Pointer program) {
    var size = new LongByReference();
    call("nvrtcGetProgramLogSize", program, size);
    var memory = new Memory(Math.max(1, size.getValue()));
    call("nvrtcGetProgramLog", program, memory);
    return memory.getString(0).strip().replaceAll("\\s+", " ");
  }

  private void call(String name, Object... arguments) {
    int result = library.getFunction(name).invokeInt(arguments);
    if (result != 0) {
      throw new FarsightException("NVRTC: " + name + " failed with " + result);
    }
  }
}
