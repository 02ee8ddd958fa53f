package dev.farsight.compute.jcuda;

import jcuda.driver.CUdeviceptr;

/** An address in device memory. */
final class Device extends CUdeviceptr {

  /** To be filled by the driver. */
  Device() {}

  private Device(CUdeviceptr base, long offset) {
    super(base, offset);
  }

  static Device at(long address) {
    return new Device(new CUdeviceptr(), address);
  }

  long address() {
    return getNativePointer() + getByteOffset();
  }
}
