package dev.farsight.bench.gpu;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** Writes where nothing is: spoils the context of a GPU for the whole process. */
final class KernelThatFails {

  private static final String PTX =
      """
      .version 6.0
      .target sm_50
      .address_size 64
      .visible .entry fails()
      {
        .reg .u64 %at;
        .reg .u32 %value;
        mov.u64 %at, 16;
        mov.u32 %value, 1;
        st.global.u32 [%at], %value;
        ret;
      }
      """;

  private KernelThatFails() {}

  /** Launches it beside whatever else runs there; its error shows in calls after it. */
  static void launchOn(int gpu) {
    var device = new CUdevice();
    var context = new CUcontext();
    var module = new CUmodule();
    var function = new CUfunction();
    check(JCudaDriver.cuDeviceGet(device, gpu));
    check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    check(JCudaDriver.cuCtxSetCurrent(context));
    byte[] image = (PTX + '\0').getBytes(StandardCharsets.US_ASCII);
    check(JCudaDriver.cuModuleLoadData(module, image));
    check(JCudaDriver.cuModuleGetFunction(function, module, "fails"));
    check(JCudaDriver.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null, null, null));
  }

  private static void check(int result) {
    if (result != 0) {
      throw new AssertionError("the driver answered " + result);
    }
  }
}
