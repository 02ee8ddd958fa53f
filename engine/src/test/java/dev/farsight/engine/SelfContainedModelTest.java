package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Op;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.model.TestModel;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A saved model has all that predictions depend on, and refuses a configuration that differs. */
class SelfContainedModelTest {

  private static final String BAGS =
      "data.synthetic.hotness=3 data.synthetic.hotness-law=uniform data.synthetic.pooling=mean";

  @TempDir Path folder;
  private int evaluations;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(TestRun.builtIn())
        .set("cache.size=all", "train.max-steps=12", "model.save=true")
        .set(sets);
  }

  private Path train(TestRun run) {
    run.train();
    return run.directory().resolve("model");
  }

  private Report evaluate(Config config, Components components) {
    Path directory = folder.resolve("evaluation-" + evaluations++);
    try (Trainer trainer =
        Trainer.openToEvaluate(config, components, directory, RunListener.NONE)) {
      return trainer.evaluate();
    }
  }

  private static Config ownConfiguration(Path model, String... sets) {
    return new SavedModel(model)
        .configuration()
        .set(List.of(sets))
        .resolve(List.of(SelfContainedModelTest.class.getClassLoader()));
  }

  private static Config json(Path model) throws IOException {
    return ConfigFactory.parseString(Files.readString(model.resolve("model.json")));
  }

  @ParameterizedTest
  @CsvSource({
    BAGS + " model.row-precision=bf16 optimizer.type=adam",
    "model.max-norm=0.02 model.init.type=normal model.init.deviation=0.2 train.seed=-3",
    "optimizer.plateau.patience=2 train.eval-every=5 model.dlrm.interaction=cross model.dlrm.cross-rank=3"
  })
  void aModelIsEvaluatedWithWhatItRecords(String sets) {
    TestRun run = run(sets.split(" "));
    Report trained = run.train();
    Path model = run.directory().resolve("model");
    Config own = ownConfiguration(model, "cache.size=\"60%\"", "compute.threads=1");
    assertThat(evaluate(own, TestRun.builtIn()).quality()).isEqualTo(trained.quality());
  }

  @Test
  void modelJsonDescribesTheModel() throws IOException {
    Config json =
        json(train(run((BAGS + " model.tables.C2.max-norm=3 model.max-norm=2").split(" "))));
    assertThat(json.getInt("format")).isEqualTo(4);
    assertThat(json.getString("rows")).isEqualTo("written");
    Config model = json.getConfig("model");
    assertThat(model.getString("settings.model.type")).isEqualTo("dlrm");
    assertThat(model.getIntList("settings.model.dlrm.bottom-mlp")).containsExactly(8);
    assertThat(model.getInt("settings.model.embedding-dim")).isEqualTo(6);
    assertThat(model.getString("settings.data.synthetic.pooling")).isEqualTo("mean");
    assertThat(model.getInt("dense_width")).isEqualTo(3);
    assertThat(model.getConfigList("features").get(1))
        .isEqualTo(
            ConfigFactory.parseString(
                "name=C2, table=C2, min_lookups=1, max_lookups=3, pooling=mean, weighted=false, max_norm=3.0"));
    assertThat(model.getConfigList("features").get(0).getDouble("max_norm")).isEqualTo(2);
    List<? extends Config> ops = model.getConfigList("tape.ops");
    assertThat(ops.stream().map(op -> op.getString("op")))
        .containsExactly(
            "embedding-bag", "dense", "linear", "linear", "pairwise", "linear", "linear");
    assertThat(ops.get(2))
        .isEqualTo(
            ConfigFactory.parseString(
                "op=linear, inputs=[1], parameters=[bottom.0.weight, bottom.0.bias], activation=relu, shape=[1, 8]"));
    assertThat(json.getConfigList("tables").get(0).getConfig("draw"))
        .isEqualTo(
            ConfigFactory.parseString(
                "type=uniform, scale=" + (double) (float) Math.sqrt(1 / 3.0)));
    assertThat(json.getInt("training.steps")).isEqualTo(12);
    assertThat(json.getInt("training.samples")).isEqualTo(12 * 37);
    // Of one run, not of the model.
    for (String key : List.of("model.load", "model.save", "data.path", "cache", "storage", "run")) {
      assertThat(model.hasPathOrNull("settings." + key)).as(key).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.synthetic.pooling=max | farsight.data.synthetic.pooling was sum, is max",
        "data.synthetic.dense=4 | farsight.data.synthetic.dense was 3, is 4",
        "data.synthetic.cardinalities=kaggle | farsight.data.synthetic.cardinalities was [3, 50, 400, 2000, 9000], is kaggle",
        "model.embedding-dim=7 | farsight.model.embedding-dim was 6, is 7",
        "model.row-precision=fp16 | farsight.model.row-precision was fp32, is fp16",
        "model.max-norm=2 | farsight.model.max-norm was not set, is 2",
        "model.tables.C2.max-norm=2 | farsight.model.tables.C2.max-norm was not set, is 2",
        "model.dlrm.top-mlp=[12,4] | farsight.model.dlrm.top-mlp was 12, is [12, 4]",
        "model.dlrm.interaction=cross data.synthetic.dense=4 | farsight.model.dlrm.interaction was dot, is cross; farsight.data.synthetic.dense was 3, is 4",
      })
  void whatDiffersInPredictionsIsRefusedWithBothValues(String sets, String message) {
    Path model = train(run());
    TestRun other = run(sets.split(" ")).set("model.load=" + model);
    for (Runnable use :
        List.<Runnable>of(other::train, () -> evaluate(other.config(), TestRun.builtIn()))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(ConfigException.class)
          .message()
          .startsWith(model + ": the model was made with other settings: " + message)
          .hasLineCount(1);
    }
    Config own = ownConfiguration(model, (sets + " model.load-state=false").split(" "));
    assertThatThrownBy(() -> evaluate(own, TestRun.builtIn()))
        .hasMessageContaining(message)
        .message()
        .doesNotContain("load-state");
  }

  @Test
  void whatDoesNotChangePredictionsMayDiffer() {
    Path model = train(run());
    evaluate(
        ownConfiguration(
            model,
            "data.synthetic.rows=900",
            "data.synthetic.zipf=0.3",
            "data.batch-size=11",
            "data.max-lookups=11",
            "model.init.type=normal",
            "model.init.deviation=0.5",
            "optimizer.learning-rate=7",
            "train.seed=8",
            "compute.threads=2",
            "cache.size=\"70%\""),
        TestRun.builtIn());
    train(run("model.load=" + model, "model.load-state=false", "model.row-precision=bf16"));
  }

  /** A source whose features follow from the data: no setting tells that they differ. */
  private static DataSourceFactory withPooling(DataSourceFactory source, Pooling pooling) {
    return new DataSourceFactory() {
      @Override
      public String name() {
        return source.name();
      }

      @Override
      public DataSource open(DataContext context) {
        return new ForwardingDataSource(source.open(context)) {
          @Override
          public BatchSchema schema() {
            BatchSchema schema = super.schema();
            List<Feature> features =
                schema.features().stream()
                    .map(f -> new Feature(f.name(), f.table(), 1, 1, pooling, false))
                    .toList();
            return new BatchSchema(
                schema.denseWidth(), schema.tables(), features, schema.columns());
          }
        };
      }
    };
  }

  @Test
  void featuresThatDifferAreRefused() {
    Path model = train(run());
    Components other =
        TestRun.withSynthetic(
            TestRun.builtIn(),
            withPooling(TestRun.builtIn().sources().get("synthetic"), Pooling.MEAN));
    assertThatThrownBy(() -> evaluate(ownConfiguration(model), other))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            model
                + ": the model has other features or ops than the data and the plugins give now: feature 1 (C1) pooling was sum, is mean; feature 2");
  }

  /** Another version of a plugin, whose model of the same name and settings has other ops. */
  @Test
  void opsThatDifferAreRefused() {
    Path model = train(run());
    Components builtIn = TestRun.builtIn();
    ModelFactory factory = builtIn.models().get("dlrm");
    var models = new TreeMap<>(builtIn.models());
    models.put(
        "dlrm",
        new ModelFactory() {
          @Override
          public String name() {
            return "dlrm";
          }

          @Override
          public Model create(ModelContext context) {
            Model dlrm = factory.create(context);
            return tape -> tape.linear("more", dlrm.logits(tape), 1, Op.Activation.TANH);
          }
        });
    var other =
        new Components(
            builtIn.policies(),
            builtIn.stores(),
            builtIn.computes(),
            builtIn.sources(),
            models,
            builtIn.collectives(),
            builtIn.exportFormats(),
            builtIn.offers());
    assertThatThrownBy(() -> evaluate(ownConfiguration(model), other))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ops were 7, are 8; tape.logits was 6, is 7");
  }

  @Test
  void exportsOfCheckpointsDescribeThemselvesAndThoseOfChangesAreNoModels() {
    Path checkpoints = folder.resolve("c");
    TestRun run =
        run("checkpoint.every=6 steps", "checkpoint.directory=" + checkpoints, "checkpoint.keep=9");
    Report trained = run.train();
    var export = new Export(run.config(), TestRun.builtIn());
    Path all = folder.resolve("all");
    export.writeAllRows(checkpoints, all, new NpyFormat());
    Path written = folder.resolve("written");
    export.write(checkpoints, Optional.empty(), written, new NpyFormat());
    for (Path model : List.of(all, written)) {
      assertThat(evaluate(ownConfiguration(model, "cache.size=all"), TestRun.builtIn()).quality())
          .isEqualTo(trained.quality());
    }
    Path changes = folder.resolve("changes");
    export.write(
        checkpoints,
        Optional.of(checkpoints.resolve("step-000000000006")),
        changes,
        new NpyFormat());
    assertThatThrownBy(
            () -> evaluate(ownConfiguration(changes, "cache.size=all"), TestRun.builtIn()))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            changes
                + ": the model has only the rows that differ from an earlier state (export --changed-since)");
  }

  @Test
  void aModelOfAnEarlierVersionNeedsItsConfiguration() throws IOException {
    Path model = folder.resolve("old");
    TestModel.save(model);
    TestModel.unseal(model);
    assertThatThrownBy(() -> new SavedModel(model).configuration())
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            model
                + ": the model was saved by an earlier version, which did not record its settings: give its configuration file, and set model.load");
  }
}
