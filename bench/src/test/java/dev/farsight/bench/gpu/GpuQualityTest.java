package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounding products to TF32 or values to bfloat16 costs no quality that can be told. */
class GpuQualityTest {

  private static final Offset<Double> TOLD = Offset.offset(.001);

  @TempDir Path folder;

  private double auroc(String precision) {
    var quality =
        GpuRun.in(folder)
            .set(
                "compute.jcuda.precision=" + precision,
                "data.batch-size=1024",
                "data.synthetic.rows=1200000",
                "data.eval-fraction=0.2",
                "data.synthetic.cardinalities=[100000, 50000, 20000, 3000, 400, 50, 3, 9000]",
                "data.synthetic.zipf=1.1",
                "optimizer.type=rowwise-adagrad",
                "optimizer.learning-rate=0.03",
                "model.embedding-dim=16",
                "model.dlrm.bottom-mlp=[64]",
                "model.dlrm.top-mlp=[64, 32]",
                "cache.size=\"20%\"",
                "report.hash-weights=false")
            .train()
            .report()
            .getConfig("quality");
    System.out.printf(
        "%s: AUROC %.5f, ceiling %.5f%n",
        precision, quality.getDouble("auroc"), quality.getDouble("auroc_ceiling"));
    return quality.getDouble("auroc");
  }

  @Test
  void precisionsReachTheSameAuroc() {
    double fp32 = auroc("fp32");
    assertThat(fp32).as("something was learnt").isGreaterThan(.79);
    assertThat(auroc("tf32")).isCloseTo(fp32, TOLD);
    assertThat(auroc("bf16")).isCloseTo(fp32, TOLD);
  }
}
