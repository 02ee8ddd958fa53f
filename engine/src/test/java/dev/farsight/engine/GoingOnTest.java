package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.NaiveRowStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training that starts from the model of an earlier run. */
class GoingOnTest {

  private static final int DIM = 6;

  @TempDir Path folder;

  private Components components;
  private Path model;

  @BeforeEach
  void device() {
    components = new KeptDevice(KeptDevice.Kind.NAIVE).in(TestRun.builtIn());
  }

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(components)
        .set("cache.size=\"10%\"", "train.max-steps=12", "model.save=true", "data.eval-fraction=0")
        .set(sets);
  }

  private Report train(TestRun run) {
    Report report = run.train();
    model = run.directory().resolve("model");
    return report;
  }

  /** The weights of all rows of a model, by row id. */
  private static float[][] weights(Path model) {
    var saved = new SavedModel(model);
    InitialRows initial = saved.initial();
    var own = Settings.of("own", ConfigFactory.empty());
    var weights = new float[(int) initial.tables().rows()][DIM];
    try (var store =
        new NaiveRowStore(new StoreSpec(initial.tables(), initial.format(), initial, own, 1))) {
      saved.loadRows(store);
      var reader = new RowWeights(initial.format());
      for (int row = 0; row < weights.length; row++) {
        var bytes = ByteBuffer.wrap(store.value(row)).order(ByteOrder.nativeOrder());
        reader.get(bytes.asFloatBuffer(), 0, weights[row]);
      }
    }
    return weights;
  }

  private static float toBf16(float weight) {
    return HalfPrecision.widen(Precision.BF16, HalfPrecision.nearest(Precision.BF16, weight));
  }

  /** The learning rate of the second run is 0, so that its model has the weights it began with. */
  @Test
  void weightsGoOnInAnotherPrecisionUnderAnotherRuleInLargerTables() {
    train(run("optimizer.type=rowwise-adagrad", "model.init={ type = normal, deviation = 0.1 }"));
    var before = new SavedModel(model);
    float[][] old = weights(model);
    Config report =
        train(
                run(
                    "model.load=" + model,
                    "model.load-state=false",
                    "model.row-precision=bf16",
                    "train.seed=77",
                    "data.synthetic.cardinalities=[3, 80, 400, 2000, 9500]",
                    "optimizer.type=adam",
                    "optimizer.learning-rate=0"))
            .json();
    assertThat(report.getString("rows.precision")).isEqualTo("bf16");
    var after = new SavedModel(model);
    assertThat(after.initial().format().precision()).isEqualTo(Precision.BF16);
    assertThat(after.updates().rows()).isEqualTo(12);
    float[][] now = weights(model);
    for (int t = 0; t < before.initial().tables().size(); t++) {
      int rows = before.initial().tables().get(t).rows();
      for (int i = 0; i < rows; i++) {
        float[] oldRow = old[(int) before.initial().tables().rowId(t, i)];
        float[] newRow = now[(int) after.initial().tables().rowId(t, i)];
        for (int d = 0; d < DIM; d++) {
          assertThat(newRow[d]).as("table %d, row %d", t, i).isEqualTo(toBf16(oldRow[d]));
        }
      }
    }
  }

  /** Two epochs of the same samples in one run, or in two. */
  @ParameterizedTest
  @CsvSource({"adam, fp32", "ftrl, fp32", "adagrad, fp32"})
  void stateGoesOnAsIfTheRunHadNotEnded(String type, String precision) {
    String[] sets = {
      "optimizer.type=" + type,
      "model.row-precision=" + precision,
      "optimizer.learning-rate=0.01",
      "train.max-steps=0",
      "data.synthetic.rows=370"
    };
    Config whole = train(run(sets).set("train.epochs=2")).json();
    train(run(sets));
    Config second = train(run(sets).set("model.load=" + model)).json();
    assertThat(whole.getInt("optimizer.dense.updates")).isEqualTo(20);
    assertThat(second.getInt("optimizer.dense.updates")).isEqualTo(20);
    assertThat(second.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  @Test
  void aModelOf16BitsIsLoadedToTheSameBits() {
    train(run("model.row-precision=fp16", "model.init={ type = normal, deviation = 0.1 }"));
    float[][] old = weights(model);
    train(run("model.row-precision=fp16", "model.load=" + model, "optimizer.learning-rate=0"));
    assertThat(weights(model)).isDeepEqualTo(old);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer.type=adam | has the optimizer state none in its rows, not exp_avg (6 floats, initially 0.0), exp_avg_sq (6 floats, initially 0.0); set optimizer.type to what it was trained with, or model.load-state = false",
        "optimizer.dense.type=adam | has no parameter bottom.0.weight.exp_avg; set model.load-state = false",
        "model.row-precision=bf16 | the model was made with other settings: farsight.model.row-precision was fp32, is bf16; set model.load-state = false",
        "data.synthetic.cardinalities=[3, 50, 400, 2000, 9001] | farsight.data.synthetic.cardinalities was [3, 50, 400, 2000, 9000], is [3, 50, 400, 2000, 9001]; set model.load-state",
        "model.load-state=false data.synthetic.cardinalities=[3, 50, 400, 2000, 8000] | has a table C5, which has 9000 rows; the data has only 8000",
        "model.load-state=false data.synthetic.cardinalities=[3, 50, 400, 2000] | has a table C5, which the data does not have",
        "model.load-state=false model.embedding-dim=8 | farsight.model.embedding-dim was 6, is 8",
        "model.load-state=false model.dlrm.top-mlp=[13] | farsight.model.dlrm.top-mlp was 12, is 13",
      })
  void whatDoesNotFitGetsOneClearLine(String sets, String message) {
    train(run());
    String[] split = sets.split(" (?=model|data)");
    assertThatThrownBy(() -> run(split).set("model.load=" + model).train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  /** Also under a configuration of another optimizer, as an evaluation needs no state. */
  @ParameterizedTest
  @ValueSource(strings = {"model.load-state=false", "model.load-state=true"})
  void aModelIsEvaluatedWithoutItsState(String loadState) {
    Report trained =
        train(run("optimizer.type=adam", "data.eval-fraction=0.1", "optimizer.learning-rate=0.01"));
    for (String optimizer : List.of("sgd", "adagrad", "adam")) {
      Config config =
          run(
                  "model.load=" + model,
                  loadState,
                  "data.eval-fraction=0.1",
                  "optimizer.type=" + optimizer)
              .config();
      try (Trainer trainer =
          Trainer.openToEvaluate(config, components, folder.resolve(optimizer), RunListener.NONE)) {
        assertThat(trainer.evaluate().quality()).as(optimizer).isEqualTo(trained.quality());
      }
    }
  }
}
