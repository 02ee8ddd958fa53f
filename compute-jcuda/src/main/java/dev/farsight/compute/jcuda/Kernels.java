package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** A loaded module. */
final class Kernels implements AutoCloseable {

  private static final int SHARED_BY_DEFAULT = 48 << 10;

  private final Gpu gpu;
  private final CUmodule module = new CUmodule();

  Kernels(Gpu gpu, byte[] image) {
    this.gpu = gpu;
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, image));
  }

  /**
   * @param sharedBytes of dynamic shared memory
   */
  CUfunction function(String name, int sharedBytes) {
    var function = new CUfunction();
    check("cuModuleGetFunction " + name, JCudaDriver.cuModuleGetFunction(function, module, name));
    if (sharedBytes > SHARED_BY_DEFAULT) {
      check(
          "cuFuncSetAttribute " + name,
          JCudaDriver.cuFuncSetAttribute(
              function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              sharedBytes));
    }
    return function;
  }

  @Override
  public void close() {
    gpu.enter();
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(module));
  }
}
