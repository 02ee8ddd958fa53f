package dev.farsight.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.memory.HostBuffers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a GPU too, what the cache does changes no bit of what is computed. */
class GpuTransparencyTest {

  private static final int BATCH = 256;

  @TempDir Path folder;

  private GpuRun run(String precision, String optimizer) {
    return GpuRun.in(folder)
        .set(
            "compute.jcuda.precision=" + precision,
            "optimizer.type=" + optimizer,
            "optimizer.learning-rate=0.05",
            "data.batch-size=" + BATCH,
            // The last batch is shorter.
            "data.synthetic.rows=" + (60 * BATCH + 100),
            "data.synthetic.cardinalities=[90000, 3, 40000, 700, 20000, 30, 1200]",
            "model.embedding-dim=32",
            "model.dlrm.bottom-mlp=[64]",
            "model.dlrm.top-mlp=[64, 32]",
            "train.seed=5");
  }

  @ParameterizedTest
  @CsvSource({"tf32, sgd", "tf32, rowwise-adagrad", "bf16, sgd", "fp32, rowwise-adagrad"})
  void lossesAndWeightsAreTheSameBits(String precision, String optimizer) {
    assertSameBits(run(precision, optimizer), "1%");
  }

  /** Every pooling and weights, one-hot features between them, shared tables, largest norms. */
  @ParameterizedTest
  @CsvSource({"tf32, sgd", "bf16, rowwise-adagrad", "fp32, rowwise-adagrad"})
  void bagsAreTheSameBits(String precision, String optimizer) throws IOException {
    Path rows = BagRows.write(folder.resolve("rows.csv"), 40 * BATCH + 100, 7);
    GpuRun run =
        run(precision, optimizer)
            .set(
                "data.source=csv",
                "data.path=\"" + rows + "\"",
                "data.csv.dense=[price]",
                "data.csv.categorical=" + BagRows.CATEGORICAL,
                "model.tables.item.max-norm=0.02");
    assertSameBits(run, "20%");
  }

  /** Batches that one block a table cannot search. */
  @Test
  void largerBatchesThanABlockSearchesAreTheSameBits() {
    assertSameBits(
        run("tf32", "sgd")
            .set(
                "data.batch-size=40000",
                "data.synthetic.rows=330000",
                "data.synthetic.cardinalities=[900000, 3, 400000, 700, 200000, 30, 500000]",
                "data.synthetic.hotness=[1, 1, 4, 2, 1, 1, 30]"),
        "30%");
  }

  private void assertSameBits(GpuRun run, String share) {
    String barely = mostUniqueRows(run.config()) + " rows";
    List<GpuRun> runs = new ArrayList<>();
    runs.add(run.set("cache.size=all"));
    runs.add(run.set("cache.size=all"));
    for (String policy : List.of("lru", "lfu")) {
      for (String size : List.of(share, barely)) {
        for (int planned : new int[] {1, 6}) {
          runs.add(
              run.set(
                  "cache.policy=" + policy,
                  "cache.size=\"" + size + '"',
                  "lookahead.batches=" + 8 * planned,
                  "lookahead.planned=" + planned));
        }
      }
    }
    runs.add(runs.get(runs.size() - 1));
    Config expected = null;
    for (GpuRun each : runs) {
      Config report = each.train().report();
      expected = expected == null ? report : expected;
      for (String hash : List.of("loss_sha256", "weights_sha256")) {
        assertThat(report.getString(hash))
            .as("%s of %s", hash, each)
            .isEqualTo(expected.getString(hash));
      }
      if (!each.toString().contains("cache.size=all")) {
        assertThat(report.getLong("cache.evicted_rows")).as("%s", each).isPositive();
      }
    }
  }

  /** The fewest slots that will do. */
  private static int mostUniqueRows(Config farsight) {
    var data = Settings.of("farsight.data", farsight.getConfig("data"));
    String name = data.string("source");
    int batchSize = farsight.getInt("data.batch-size");
    var context =
        new DataContext(data, data.section(name), batchSize, farsight.getLong("train.seed"), 1);
    int most = 0;
    try (var source = GpuRun.components().sources().get(name).open(context);
        var pass = source.train(0)) {
      var batch = new Batch(source.schema(), batchSize, HostBuffers.plain());
      var tables = source.schema().tables();
      var features = source.schema().features();
      while (pass.next(batch)) {
        Set<Long> rows = new HashSet<>();
        for (int f = 0; f < features.size(); f++) {
          for (int i = 0; i < batch.lookups(f); i++) {
            rows.add(tables.rowId(features.get(f).table(), batch.indices(f)[i]));
          }
        }
        most = Math.max(most, rows.size());
      }
    }
    return most;
  }
}
