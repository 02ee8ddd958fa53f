package dev.farsight.compute.nd4j.generic;

import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import dev.farsight.api.FarsightException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks the CUDA driver which GPUs there are, through its C interface alone; opens none of them. */
final class CudaDriver {

  static final String LIBRARY = "libcuda.so.1";

  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;

  private final NativeLibrary library;

  private CudaDriver(NativeLibrary library) {
    this.library = library;
  }

  /**
   * The GPUs, in CUDA's order.
   *
   * @param library file name of the driver, {@value #LIBRARY}
   * @throws FarsightException if there is no driver or no GPU
   */
  static List<CudaDevice> devices(String library) {
    NativeLibrary loaded;
    try {
      loaded = NativeLibrary.getInstance(library);
    } catch (UnsatisfiedLinkError e) {
      throw new FarsightException(
          "no NVIDIA driver: " + library + " is not to be found; install the driver", e);
    }
    return new CudaDriver(loaded).devices();
  }

  private List<CudaDevice> devices() {
    call("cuInit", 0);
    var count = new IntByReference();
    call("cuDeviceGetCount", count);
    List<CudaDevice> devices = new ArrayList<>();
    for (int ordinal = 0; ordinal < count.getValue(); ordinal++) {
      var device = new IntByReference();
      call("cuDeviceGet", device, ordinal);
      devices.add(describe(device.getValue()));
    }
    if (devices.isEmpty()) {
      throw new FarsightException("the NVIDIA driver is there, but it sees no GPU");
    }
    return devices;
  }

  private CudaDevice describe(int device) {
    var name = new byte[NAME_BYTES];
    call("cuDeviceGetName", name, NAME_BYTES, device);
    int length = 0;
    while (length < NAME_BYTES && name[length] != 0) {
      length++;
    }
    return new CudaDevice(
        new String(name, 0, length, StandardCharsets.UTF_8),
        attribute(CAPABILITY_MAJOR, device),
        attribute(CAPABILITY_MINOR, device));
  }

  private int attribute(int attribute, int device) {
    var value = new IntByReference();
    call("cuDeviceGetAttribute", value, attribute, device);
    return value.getValue();
  }

  private void call(String function, Object... arguments) {
    int result = library.getFunction(function).invokeInt(arguments);
    if (result != 0) {
      throw new FarsightException(
          "the NVIDIA driver does not work: " + function + " failed with CUDA error " + result);
    }
  }
}
