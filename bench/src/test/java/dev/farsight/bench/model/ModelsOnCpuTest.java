package dev.farsight.bench.model;

import dev.farsight.compute.nd4j.cpu.CpuFactory;
import dev.farsight.compute.nd4j.generic.GenericBackend;
import dev.farsight.testkit.compute.TestBackend;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** On nd4j-native, and on the code path of nd4j-cuda. */
@Tag("nightly")
class ModelsOnCpuTest extends ModelsOnBackends {

  /** One thread: ND4J's own spin while they wait, which takes long where others want the cores. */
  @Override
  protected List<TestBackend> backends() {
    return List.of(
        TestBackend.of(new CpuFactory(), ""),
        new TestBackend("generic", TestBackend.FLOAT32, () -> new GenericBackend(null, 1)));
  }
}
