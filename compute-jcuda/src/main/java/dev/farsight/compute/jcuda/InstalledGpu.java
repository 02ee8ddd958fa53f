package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import dev.farsight.api.compute.ComputeFactory.Availability;

/** Asks the driver which GPU there is, without opening it. */
final class InstalledGpu {

  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int NAME_BYTES = 256;

  private InstalledGpu() {}

  static Availability find() {
    NativeLibrary driver;
    try {
      driver = NativeLibrary.getInstance("libcuda.so.1");
    } catch (UnsatisfiedLinkError e) {
      return Availability.no(
          "no NVIDIA driver (libcuda.so.1); install it, or use compute.backend = nd4j-native");
    }
    int result = call(driver, "cuInit", 0);
    var count = new IntByReference();
    if (result == 0) {
      result = call(driver, "cuDeviceGetCount", count);
    }
    if (result != 0 || count.getValue() == 0) {
      return Availability.no(
          "the NVIDIA driver sees no GPU (error %d); see nvidia-smi and CUDA_VISIBLE_DEVICES"
              .formatted(result));
    }
    var device = new IntByReference();
    call(driver, "cuDeviceGet", device, 0);
    var name = new Memory(NAME_BYTES);
    call(driver, "cuDeviceGetName", name, NAME_BYTES, device.getValue());
    return Availability.yes(
        "%s of compute capability %d.%d"
            .formatted(
                name.getString(0),
                attribute(driver, MAJOR, device.getValue()),
                attribute(driver, MINOR, device.getValue())));
  }

  private static int attribute(NativeLibrary driver, int which, int device) {
    var value = new IntByReference();
    call(driver, "cuDeviceGetAttribute", value, which, device);
    return value.getValue();
  }

  private static int call(NativeLibrary driver, String name, Object... arguments) {
    return driver.getFunction(name).invokeInt(arguments);
  }
}
