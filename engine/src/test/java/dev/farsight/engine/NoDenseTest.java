package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.compute.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data without dense features. */
class NoDenseTest {

  @TempDir Path folder;

  private Path file;

  /** The label follows from the user alone. */
  @BeforeEach
  void write() throws IOException {
    var random = new SplittableRandom(1);
    var text = new StringBuilder("label,user,shop\n");
    for (int row = 0; row < 6_000; row++) {
      int user = random.nextInt(50);
      text.append(user % 2)
          .append(',')
          .append(user)
          .append(',')
          .append(random.nextInt(9))
          .append('\n');
    }
    file = Files.writeString(folder.resolve("clicks.csv"), text);
  }

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.categorical=[{ column = user, rows = 50, kind = integer }, { column = shop, rows = 9, kind = integer }]",
            "data.eval-fraction=0.2",
            "cache.size=\"50 rows\"")
        .set(sets);
  }

  private static Components withModel(Model model) {
    Components builtIn = TestRun.builtIn();
    var models = new TreeMap<>(builtIn.models());
    models.put("small", new SmallFactory(model));
    return new Components(
        builtIn.policies(),
        builtIn.stores(),
        builtIn.computes(),
        builtIn.sources(),
        models,
        builtIn.collectives(),
        builtIn.exportFormats(),
        builtIn.offers());
  }

  private record SmallFactory(Model model) implements ModelFactory {

    @Override
    public String name() {
      return "small";
    }

    @Override
    public Model create(ModelContext context) {
      assertThat(context.schema().denseWidth()).isZero();
      return model;
    }
  }

  @Test
  void aModelThatDoesWithoutIsTrained() {
    for (Model model : new Model[] {SmallModel.BAG_ALONE, SmallModel.BAG_USED_TWICE}) {
      Config report =
          run("model.type=small", "train.epochs=8", "optimizer.type=rowwise-adagrad")
              .components(withModel(model))
              .train()
              .json();
      assertThat(report.getDouble("quality.auroc")).as(model.toString()).isGreaterThan(0.99);
    }
  }

  @Test
  void dlrmSaysWhatItNeeds() {
    assertThatThrownBy(() -> run().train())
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "farsight.model.type: 'dlrm' (the default) needs dense features for its bottom-mlp, "
                + "and the data has none: name some (data.csv.dense, data.synthetic.dense), "
                + "or choose a model that does without");
  }
}
