package dev.farsight.compute.jcuda;

import java.util.List;

/** Writes where nothing is, on the first GPU: spoils the context of the whole process. */
public final class KernelThatFails {

  private static final KernelSource SOURCE =
      new KernelSource(
          "failing",
          "extern \"C\" __global__ void fails(long at) { *reinterpret_cast<int*>(at) = 1; }",
          List.of());

  private KernelThatFails() {}

  /** Launches it beside whatever else runs there; its error shows in calls after it. */
  public static void launch() {
    var gpu = new Gpu(0);
    var compiler =
        new KernelCompiler(
            new Nvrtc(CudaLibrary.NVRTC.open()),
            new KernelCache(JcudaBackends.kernelCache()),
            gpu.name(),
            gpu.capability());
    var kernels = new Kernels(gpu, compiler.compile(SOURCE));
    Launch.of(Stage.VALUES, kernels, "fails", 16).enqueue(gpu.stream());
  }
}
