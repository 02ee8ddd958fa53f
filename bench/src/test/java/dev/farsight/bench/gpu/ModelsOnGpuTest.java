package dev.farsight.bench.gpu;

import dev.farsight.bench.model.ModelsOnBackends;
import dev.farsight.compute.jcuda.JcudaFactory;
import dev.farsight.testkit.compute.TestBackend;
import java.util.List;

/** On a GPU in float32; skipped without one. */
class ModelsOnGpuTest extends ModelsOnBackends {

  @Override
  protected List<TestBackend> backends() {
    return List.of(TestBackend.of(new JcudaFactory(), "precision = fp32"));
  }
}
