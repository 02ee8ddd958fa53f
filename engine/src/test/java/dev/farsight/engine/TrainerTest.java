package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run() {
    return new TestRun(folder)
        .components(components)
        .set(
            "optimizer.type=rowwise-adagrad", "optimizer.learning-rate=0.05", "cache.size=\"10%\"");
  }

  @Test
  void evaluatingDuringTrainingChangesNoWeights() throws IOException {
    Report plain = run().train();
    TestRun often = run().set("train.eval-every=50");
    Report evaluated = often.train();
    assertThat(evaluated.json().getString("loss_sha256"))
        .isEqualTo(plain.json().getString("loss_sha256"));
    assertThat(evaluated.json().getString("weights_sha256"))
        .isEqualTo(plain.json().getString("weights_sha256"));
    assertThat(evaluated.json().getConfig("quality")).isEqualTo(plain.json().getConfig("quality"));
    assertThat(Files.readAllLines(often.directory().resolve("metrics.jsonl")))
        .filteredOn(line -> line.contains("auroc"))
        .hasSize(6);
    assertThat(evaluated.json().getLong("cache.lookups"))
        .isEqualTo(plain.json().getLong("cache.lookups"));
  }

  @Test
  void trainingStopsEarlyWhenEvaluationsNoLongerImprove() {
    Report report =
        run()
            .set(
                "train.eval-every=10",
                "train.early-stopping.patience=2",
                "train.early-stopping.min-delta=1")
            .train();
    assertThat(report.json().getLong("throughput.steps")).isEqualTo(30);
    assertThat(report.stopped()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lfu", "frequency"})
  void aSavedModelEvaluatesAndTrainsTheSame(String policy) {
    TestRun first = run().set("model.save=true", "train.max-steps=100", "cache.policy=" + policy);
    Report trained = first.train();
    String load = "model.load=\"" + first.directory().resolve("model") + "\"";
    TestRun second = run().set(load, "train.seed=77", "data.synthetic.seed=5");
    Report evaluated;
    try (Trainer trainer = second.open(RunListener.NONE)) {
      evaluated = trainer.evaluate();
    }
    assertThat(evaluated.json().getConfig("quality"))
        .isEqualTo(trained.json().getConfig("quality"));
    assertThat(evaluated.json().getString("weights_sha256"))
        .isEqualTo(trained.json().getString("weights_sha256"));
    assertThat(second.directory().resolve("predictions.npy")).exists();
    Report further = run().set(load, "train.max-steps=50").train();
    assertThat(further.json().getString("weights_sha256"))
        .isNotEqualTo(trained.json().getString("weights_sha256"));
  }

  @Test
  void aModelIncludesNothing() throws IOException {
    TestRun first = run().set("model.save=true", "train.max-steps=3");
    first.train();
    Path json = first.directory().resolve("model/model.json");
    Path other = json.resolveSibling("other.json");
    Files.move(json, other);
    Files.delete(json.resolveSibling("model.json.sha256"));
    Files.writeString(json, "include file(\"" + other + "\")");
    TestRun second = run().set("model.load=\"" + json.getParent() + "\"");
    assertThatThrownBy(second::train)
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("model.json: cannot be read, it is damaged");
  }

  @Test
  void aModelThatDoesNotFitIsRefused() {
    TestRun first = run().set("model.save=true", "train.max-steps=3");
    first.train();
    String load = "model.load=\"" + first.directory().resolve("model") + "\"";
    assertThatThrownBy(() -> run().set(load, "optimizer.type=sgd").train())
        .hasMessageContaining(
            "has the optimizer state adagrad (1 float, initially 0.0) in its rows, not none");
    assertThatThrownBy(() -> run().set(load, "model.embedding-dim=7").train())
        .hasMessageContaining("farsight.model.embedding-dim was 6, is 7");
    assertThatThrownBy(() -> run().set(load, "model.dlrm.top-mlp=[13]").train())
        .hasMessageContaining("farsight.model.dlrm.top-mlp was 12, is 13");
    assertThatThrownBy(() -> run().set(load, "data.synthetic.cardinalities=[3, 50]").train())
        .hasMessageContaining("farsight.data.synthetic.cardinalities was ");
    assertThatThrownBy(() -> run().set(load, "model.save-initial=true").train())
        .hasMessageContaining("cannot be combined with model.load");
    assertThatThrownBy(() -> run().set("model.load=/nowhere").train())
        .hasMessageContaining("/nowhere: contains no model");
  }

  @Test
  void trainingLearnsThePlantedModelAndFrozenRowsDoNot() {
    String[] data = {
      "data.synthetic.rows=60000",
      "data.synthetic.cardinalities=[30, 50, 100, 200, 400]",
      "data.batch-size=128",
      "optimizer.learning-rate=0.1",
      "cache.size=\"50%\""
    };
    Report learning = run().set(data).train();
    Report frozen = run().set(data).set("optimizer.freeze-rows=true").train();
    double ceiling = learning.quality().orElseThrow().aurocCeiling();
    assertThat(learning.quality().orElseThrow().auroc()).isGreaterThan(0.9 * ceiling);
    assertThat(frozen.quality().orElseThrow().auroc())
        .isLessThan(learning.quality().orElseThrow().auroc() - 0.03);
    assertThat(frozen.json().getLong("cache.written_back_rows")).isZero();
    assertThat(learning.json().getLong("cache.written_back_rows")).isPositive();
  }

  @Test
  void theReportAddsUp() {
    TestRun run = run();
    Report report = run.train();
    var cache = report.json().getConfig("cache");
    long trained = report.json().getLong("data.train_samples");
    assertThat(trained).isEqualTo(10_294);
    assertThat(report.json().getLong("data.eval_samples")).isEqualTo(1_716);
    assertThat(cache.getLong("lookups")).isEqualTo(trained * 5);
    assertThat(cache.getLong("unique_rows"))
        .isEqualTo(
            cache.getLong("unique_hits")
                + cache.getLong("loaded_rows")
                + cache.getLong("forwarded_rows"));
    assertThat(cache.getDouble("hit_ratio"))
        .isCloseTo((double) cache.getLong("hits") / cache.getLong("lookups"), within(1e-12));
    assertThat(report.json().getLong("memory.store_bytes")).isGreaterThan(11_453 * 28);
    assertThat(run.directory().resolve("report.json")).content().isEqualTo(report.toJson() + "\n");
    assertThat(run.directory().resolve("model")).doesNotExist();
  }

  @Test
  void anEarlierReportIsNeverOverwritten() throws IOException {
    TestRun run = run().set("train.max-steps=2");
    run.train();
    Path report = run.directory().resolve("report.json");
    String before = Files.readString(report);
    assertThatThrownBy(
            () -> Trainer.open(run.config(), components, run.directory(), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is the report of an earlier run");
    assertThat(report).content().isEqualTo(before);
  }

  @Test
  void theLearningRateDecaysAtTheGivenSteps() {
    Report plain = run().set("train.max-steps=40").train();
    Report late =
        run()
            .set("train.max-steps=40", "optimizer.decay.at-step=[40]", "optimizer.decay.factor=[0]")
            .train();
    Report early =
        run()
            .set(
                "train.max-steps=40",
                "optimizer.decay.at-step=[20]",
                "optimizer.decay.factor=[0.5]")
            .train();
    assertThat(late.json().getString("weights_sha256"))
        .isEqualTo(plain.json().getString("weights_sha256"));
    assertThat(early.json().getString("weights_sha256"))
        .isNotEqualTo(plain.json().getString("weights_sha256"));
    assertThatThrownBy(
            () -> run().set("optimizer.decay.at-step=[1,2]", "optimizer.decay.factor=[1]").train())
        .hasMessageContaining("one factor for each");
  }

  @Test
  void sizesAreReadAsPercentRowsBytesOrAll() {
    for (var size :
        List.of(
            List.of("10%", "1146"),
            List.of("500 rows", "500"),
            List.of("28000 B", "1000"),
            List.of("56 kB", "2000"),
            List.of("all", "11453"),
            List.of("100%", "11453"))) {
      Report report = run().set("train.max-steps=1", "cache.size=\"" + size.get(0) + "\"").train();
      assertThat(report.json().getString("cache.slots")).as(size.get(0)).isEqualTo(size.get(1));
    }
    for (String wrong : List.of("101%", "0 rows", "many", "1", "-3%")) {
      assertThatThrownBy(() -> run().set("cache.size=\"" + wrong + "\"").train())
          .as(wrong)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("farsight.cache.size");
    }
  }

  @Test
  void memoryIsForecastByTier() {
    MemoryForecast forecast = Preview.of(run().config(), components).memory();
    assertThat(forecast.bytes(MemoryForecast.Tier.HOST)).isGreaterThan(11_453 * 28);
    assertThat(forecast.bytes(MemoryForecast.Tier.DEVICE)).isGreaterThan(1_146 * 28);
  }

  @Test
  void aRunThatNeedsTooMuchHostMemoryIsRefusedBeforeItAllocatesAny() {
    assertThatThrownBy(() -> run().set("storage.offheap.memory-limit=500k").train())
        .hasMessageContaining("of host memory, farsight.storage.offheap.memory-limit is 0.0 GiB");
  }

  @Test
  void warmingUpFillsSlotsWithTheMostFrequentRowsAndChangesNoWeight() {
    Report cold = run().train();
    for (String policy : List.of("lru", "lfu", "lookahead", "frequency")) {
      Report warm = run().set("cache.warm-up=0.9", "cache.policy=" + policy).train();
      assertThat(warm.json().getString("weights_sha256"))
          .isEqualTo(cold.json().getString("weights_sha256"));
      assertThat(warm.json().getLong("cache.loaded_rows"))
          .as(policy)
          .isLessThan(
              run().set("cache.policy=" + policy).train().json().getLong("cache.loaded_rows"));
    }
    Report ownSlots =
        run()
            .set(
                "cache.warm-up=1",
                "cache.statistics.every=3",
                "cache.tables.C4.size=\"60 rows\"",
                "cache.tables.C5.size=\"70 rows\"",
                "cache.size=\"330 rows\"",
                "cache.regions=2")
            .train();
    assertThat(ownSlots.json().getString("weights_sha256"))
        .isEqualTo(cold.json().getString("weights_sha256"));
  }
}
