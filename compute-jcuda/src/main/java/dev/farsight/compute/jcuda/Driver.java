package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import jcuda.driver.JCudaDriver;

/** Turns results of driver calls into errors that name the call and say what to do. */
final class Driver {

  private static final int OUT_OF_MEMORY = 2;
  private static final int NO_BINARY = 209;
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int LAST_STICKY = 719;

  private Driver() {}

  static void check(String call, int result) {
    if (result != 0) {
      throw new FarsightException(describe(call, result));
    }
  }

  private static String describe(String call, int result) {
    var name = new String[] {null};
    JCudaDriver.cuGetErrorName(result, name);
    return "the GPU: " + call + " failed with " + name[0] + " (" + result + "); " + advice(result);
  }

  private static String advice(int result) {
    if (result == OUT_OF_MEMORY) {
      return "lower cache.size or data.batch-size, or end other programs on the GPU";
    }
    if (result == NO_BINARY) {
      return "remove the kernel cache (compute.jcuda.kernel-cache) and try again";
    }
    if (result >= ILLEGAL_ADDRESS && result <= LAST_STICKY) {
      return "the device is unusable for this process: start again, and report it with the log";
    }
    return "see nvidia-smi for the state of the device and its driver";
  }
}
