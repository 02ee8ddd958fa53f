package dev.farsight.models.ctr;

import static dev.farsight.models.ctr.Recorded.schema;
import static dev.farsight.models.ctr.Recorded.tape;
import static dev.farsight.models.ctr.Recorded.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Parameter;
import org.junit.jupiter.api.Test;

/** DeepFM and Wide &amp; Deep, whose rows end in a first-order weight. */
class FirstOrderModelsTest {

  private static final ModelFactory DEEP_FM = new DeepFmFactory();
  private static final ModelFactory WIDE_DEEP = new WideDeepFactory();

  @Test
  void deepFmAddsThreeLogits() {
    assertThat(words(tape(DEEP_FM, "embedding-dim = 17", schema(13, 26))))
        .containsExactly(
            "EmbeddingBag 442",
            "Slice 416",
            "Slice 26",
            "Sum 1",
            "Dense 13",
            "wide 13>1",
            "Concat 429",
            "Add 1",
            "FactorizationMachine 16",
            "Sum 1",
            "deep.0 429>512 relu",
            "deep.1 512>256 relu",
            "deep.2 256>1",
            "Add 1");
  }

  @Test
  void wideDeepAddsTwoLogits() {
    assertThat(words(tape(WIDE_DEEP, "wide-deep.deep-mlp = [9]", schema(2, 3))))
        .containsExactly(
            "EmbeddingBag 48",
            "Slice 45",
            "Slice 3",
            "Sum 1",
            "Dense 2",
            "wide 2>1",
            "Concat 47",
            "Add 1",
            "deep.0 47>9 relu",
            "deep.1 9>1",
            "Add 1");
  }

  @Test
  void denseFeaturesAreOptional() {
    assertThat(words(tape(DEEP_FM, "deepfm.deep-mlp = []", schema(0, 3))))
        .containsExactly(
            "EmbeddingBag 48",
            "Slice 45",
            "Slice 3",
            "Sum 1",
            "FactorizationMachine 15",
            "Sum 1",
            "deep.0 45>1",
            "Add 1");
    assertThat(words(tape(WIDE_DEEP, "wide-deep.deep-mlp = []", schema(0, 3))))
        .containsExactly("EmbeddingBag 48", "Slice 45", "Slice 3", "Sum 1", "deep.0 45>1", "Add 1");
  }

  @Test
  void parametersAreNamedInOrder() {
    for (ModelFactory factory : new ModelFactory[] {DEEP_FM, WIDE_DEEP}) {
      String own = factory.name() + " { deep-mlp = [4], layer-norm = true, dropout = .5 }";
      assertThat(tape(factory, own, schema(1, 1)).parameters())
          .extracting(Parameter::name)
          .containsExactly(
              "wide.weight",
              "wide.bias",
              "deep.0.weight",
              "deep.0.bias",
              "deep.0.norm.weight",
              "deep.0.norm.bias",
              "deep.1.weight",
              "deep.1.bias");
    }
  }

  @Test
  void aRowHasRoomForAVectorAndAFirstOrderWeight() {
    for (ModelFactory factory : new ModelFactory[] {DEEP_FM, WIDE_DEEP}) {
      assertThat(words(tape(factory, "embedding-dim = 2", schema(0, 1)))).contains("Slice 1");
      assertThatThrownBy(() -> tape(factory, "embedding-dim = 1", schema(0, 1)))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "my.conf: 1: farsight.model.embedding-dim: 1 is too small for model.type = "
                  + factory.name()
                  + ": the last weight of a row is its first-order weight, the others are its vector; at least 2 are needed");
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> tape(DEEP_FM, "deepfm.dropout = -0.5", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.model.deepfm.dropout: -0.5 is not a share from 0 to 0.99; write it as a number or in percent, such as 0.25 or \"25%\"");
    assertThatThrownBy(() -> tape(WIDE_DEEP, "wide-deep.deep-mlp = [70000]", schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.model.wide-deep.deep-mlp: 70000 is not a whole number from 1 to 65536");
  }
}
