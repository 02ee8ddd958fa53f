package dev.farsight.models.dlrm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.Float64Step;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DlrmFactoryTest {

  private static Settings settings(String own) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    return Settings.of(
        "farsight.model",
        ConfigFactory.parseString(own, options)
            .withFallback(ConfigFactory.defaultReference().getConfig("farsight.model"))
            .withFallback(ConfigFactory.parseString("embedding-dim = 16")));
  }

  private static BatchSchema schema(int denseWidth, int tables) {
    var rows = new int[tables];
    Arrays.fill(rows, 10);
    return RandomBatches.schema(denseWidth, rows);
  }

  private static Tape record(String own, BatchSchema schema) {
    var context = ModelContext.of(settings(own), "dlrm", schema);
    Model model = new DlrmFactory().create(context);
    var tape = new Tape(schema, context.dim());
    return tape.finish(model.logits(tape));
  }

  /** Layers as {@code name in>out activation}, other ops as {@code kind size}. */
  private static List<String> words(Tape tape) {
    List<String> words = new ArrayList<>();
    for (Op op : tape.ops()) {
      int size = op.output().size();
      if (op instanceof Op.Linear l) {
        words.add(
            l.name() + " " + l.input().size() + ">" + size + (relu(l.activation()) ? " relu" : ""));
      } else {
        words.add(op.getClass().getSimpleName() + " " + size);
      }
    }
    return words;
  }

  private static boolean relu(Activation activation) {
    return activation == Activation.RELU;
  }

  @Test
  void criteoAsInTheLiterature() {
    Tape tape =
        record(
            "embedding-dim = 128, dlrm { bottom-mlp = [512, 256], top-mlp = [1024, 1024, 512, 256] }",
            schema(13, 26));
    assertThat(words(tape))
        .containsExactlyInAnyOrder(
            "EmbeddingBag 3328",
            "Dense 13",
            "bottom.0 13>512 relu",
            "bottom.1 512>256 relu",
            "bottom.2 256>128 relu",
            "Pairwise 479",
            "top.0 479>1024 relu",
            "top.1 1024>1024 relu",
            "top.2 1024>512 relu",
            "top.3 512>256 relu",
            "top.4 256>1");
  }

  @Test
  void avazuAsInTheLiterature() {
    assertThat(words(record("embedding-dim = 128", schema(8, 13)))).contains("Pairwise 219");
  }

  @Test
  void parametersAreNamedInOrder() {
    Tape tape = record("", schema(13, 26));
    var step = new Float64Step(tape, TestOptimizer.SGD.spec());
    assertThat(step.dense().keySet())
        .containsExactly(
            "bottom.0.weight",
            "bottom.0.bias",
            "bottom.1.weight",
            "bottom.1.bias",
            "bottom.2.weight",
            "bottom.2.bias",
            "bottom.3.weight",
            "bottom.3.bias",
            "top.0.weight",
            "top.0.bias",
            "top.1.weight",
            "top.1.bias",
            "top.2.weight",
            "top.2.bias");
    assertThat(step.dense().get("bottom.2.weight")).hasSize(256 * 64);
    assertThat(step.dense().get("top.0.weight")).hasSize((16 + 27 * 26 / 2) * 512);
  }

  @Test
  void crossLayersTakeThePlaceOfDotProducts() {
    String mlperf =
        "embedding-dim = 128, dlrm { bottom-mlp = [512, 256], top-mlp = [1024, 1024, 512, 256] }, "
            + "dlrm.interaction = cross";
    Tape tape = record(mlperf, schema(13, 26));
    assertThat(words(tape))
        .containsExactly(
            "EmbeddingBag 3328",
            "Dense 13",
            "bottom.0 13>512 relu",
            "bottom.1 512>256 relu",
            "bottom.2 256>128 relu",
            "Concat 3456",
            "Cross 3456",
            "Cross 3456",
            "Cross 3456",
            "top.0 3456>1024 relu",
            "top.1 1024>1024 relu",
            "top.2 1024>512 relu",
            "top.3 512>256 relu",
            "top.4 256>1");
    assertThat(tape.parameters().stream().filter(p -> p.name().startsWith("cross")))
        .extracting(Parameter::name, Parameter::shape)
        .startsWith(
            tuple("cross.0.v", List.of(512, 3456)),
            tuple("cross.0.weight", List.of(3456, 512)),
            tuple("cross.0.bias", List.of(3456)),
            tuple("cross.1.v", List.of(512, 3456)))
        .hasSize(9);
  }

  @Test
  void crossLayersMayBeOfFullRank() {
    for (String rank : List.of("null", "0")) {
      Tape tape =
          record(
              "embedding-dim = 4, dlrm { interaction = cross, cross-layers = 1, cross-rank = "
                  + rank
                  + " }",
              schema(2, 2));
      assertThat(tape.parameters())
          .extracting(Parameter::name, Parameter::shape)
          .contains(tuple("cross.0.weight", List.of(12, 12)))
          .doesNotContain(tuple("cross.1.weight", List.of(12, 12)));
    }
  }

  @Test
  void interactionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> record("dlrm.interaction = crossed", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.model.dlrm.interaction: 'crossed' is none of dot, cross; did you mean"
                + " cross?");
    assertThatThrownBy(() -> record("dlrm.cross-layers = 0", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dlrm.cross-layers: 0 is not a whole number from 1 to 64");
    assertThatThrownBy(() -> record("dlrm.cross-rank = -1", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dlrm.cross-rank: -1 is not a whole number from 0 to 65536");
  }

  @Test
  void mlpsMayHaveNoHiddenLayer() {
    assertThat(
            words(
                record("embedding-dim = 4, dlrm { bottom-mlp = [], top-mlp = [] }", schema(2, 1))))
        .containsExactlyInAnyOrder(
            "EmbeddingBag 4", "Dense 2", "bottom.0 2>4 relu", "Pairwise 5", "top.0 5>1");
  }

  @Test
  void dataWithoutDenseFeaturesIsRefused() {
    assertThatThrownBy(() -> record("type = dlrm", schema(0, 3)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.model.type: 'dlrm' needs dense features for its bottom-mlp, "
                + "and the data has none: name some (data.csv.dense, data.synthetic.dense), "
                + "or choose a model that does without");
  }

  @Test
  void widthsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> record("embedding-dim = 4097", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("embedding-dim: 4097 is not a whole number from 1 to 4096");
    assertThatThrownBy(() -> record("dlrm.top-mlp = [8, 0]", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.model.dlrm.top-mlp");
  }

  @Test
  void modelRefusesTapeOfAnotherWidth() {
    Model model =
        new DlrmFactory()
            .create(ModelContext.of(settings("embedding-dim = 8"), "dlrm", schema(1, 1)));
    assertThatThrownBy(() -> model.logits(new Tape(schema(1, 1), 4)))
        .hasMessage("a tape for rows of 4 weights; the model was made for 8");
  }

  @Test
  void pluginOffersTheModel() {
    var models = RegisteredFactories.ofService(DlrmPlugin.class).models();
    assertThat(models.get("dlrm")).isInstanceOf(DlrmFactory.class);
  }
}
