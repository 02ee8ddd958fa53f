package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import dev.farsight.api.compute.ComputeFactory.Availability;
import java.util.Locale;
import java.util.Optional;

/** Asks the driver which GPUs there are, without opening them. */
final class InstalledGpu {

  /** Compute capability of the oldest GPU that the backend runs on, as 75 for 7.5. */
  static final int OLDEST = 75;

  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int NAME_BYTES = 256;

  // Of cuDeviceGetP2PAttribute.
  private static final int ACCESS = 2;
  private static final int ATOMICS = 3;

  private InstalledGpu() {}

  /** What the driver says, each answer 0 or an error's number. */
  interface Queries {

    int init();

    int count(int[] into);

    String name(int gpu);

    /** Compute capability, as 90 for 9.0. */
    int capability(int gpu);

    /** Whether kernels of a GPU can reach the memory of another one. */
    boolean reaches(int gpu, int other);

    /** Whether atomic operations of a GPU work on the memory of another one. */
    boolean reachesAtomically(int gpu, int other);
  }

  /** The driver; nothing if it is not installed. */
  static Optional<Queries> driver() {
    try {
      return Optional.of(new Installed(NativeLibrary.getInstance("libcuda.so.1")));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /** How many GPUs the driver sees; 0 if it fails. */
  static int count(Queries driver) {
    var count = new int[1];
    return driver.init() == 0 && driver.count(count) == 0 ? count[0] : 0;
  }

  static Availability find() {
    return driver()
        .map(InstalledGpu::find)
        .orElseGet(
            () ->
                Availability.no(
                    "no NVIDIA driver (libcuda.so.1); install it, or use compute.backend = nd4j-native"));
  }

  static Availability find(Queries driver) {
    var count = new int[1];
    int result = driver.init();
    if (result == 0) {
      result = driver.count(count);
    }
    if (result != 0 || count[0] == 0) {
      return Availability.no(
          String.format(
              Locale.ROOT,
              "the NVIDIA driver sees no GPU (error %d); see nvidia-smi and CUDA_VISIBLE_DEVICES",
              result));
    }
    int capability = driver.capability(0);
    String found =
        String.format(
            Locale.ROOT,
            "%s of compute capability %d.%d",
            driver.name(0),
            capability / 10,
            capability % 10);
    if (capability < OLDEST) {
      return Availability.no(
          String.format(
              Locale.ROOT,
              "%s is too old: %d.%d is needed; use compute.backend = nd4j-cuda or nd4j-native",
              found,
              OLDEST / 10,
              OLDEST % 10));
    }
    return Availability.yes(count[0] == 1 ? found : count[0] + " GPUs, the first " + found);
  }

  /** The driver's library. */
  private record Installed(NativeLibrary driver) implements Queries {

    @Override
    public int init() {
      return call("cuInit", 0);
    }

    @Override
    public int count(int[] into) {
      var count = new IntByReference();
      int result = call("cuDeviceGetCount", count);
      into[0] = count.getValue();
      return result;
    }

    @Override
    public String name(int gpu) {
      var name = new Memory(NAME_BYTES);
      call("cuDeviceGetName", name, NAME_BYTES, device(gpu));
      return name.getString(0);
    }

    @Override
    public int capability(int gpu) {
      return 10 * attribute(MAJOR, gpu) + attribute(MINOR, gpu);
    }

    @Override
    public boolean reaches(int gpu, int other) {
      return between(ACCESS, gpu, other);
    }

    @Override
    public boolean reachesAtomically(int gpu, int other) {
      return between(ATOMICS, gpu, other);
    }

    private boolean between(int which, int gpu, int other) {
      var value = new IntByReference();
      int result = call("cuDeviceGetP2PAttribute", value, which, device(gpu), device(other));
      return result == 0 && value.getValue() != 0;
    }

    private int device(int gpu) {
      var device = new IntByReference();
      call("cuDeviceGet", device, gpu);
      return device.getValue();
    }

    private int attribute(int which, int gpu) {
      var value = new IntByReference();
      call("cuDeviceGetAttribute", value, which, device(gpu));
      return value.getValue();
    }

    private int call(String name, Object... arguments) {
      return driver.getFunction(name).invokeInt(arguments);
    }
  }
}
