package dev.farsight.compute.jcuda;

import jcuda.driver.CUstream;

/** A stream whose handle can be passed to cuBLASLt. */
final class Stream extends CUstream {

  /** CU_STREAM_NON_BLOCKING: no implicit order with the default stream. */
  static final int NON_BLOCKING = 1;

  long handle() {
    return getNativePointer();
  }
}
