package dev.farsight.models.ctr;

import static dev.farsight.models.ctr.Recorded.schema;
import static dev.farsight.models.ctr.Recorded.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import org.junit.jupiter.api.Test;

class DcnFactoryTest {

  private static Tape tape(String own, BatchSchema schema) {
    return Recorded.tape(new DcnFactory(), own, schema);
  }

  @Test
  void stackedTowerReadsTheLastCrossLayer() {
    assertThat(words(tape("", schema(13, 26))))
        .containsExactly(
            "EmbeddingBag 416",
            "Dense 13",
            "Concat 429",
            "cross.0 429>429 rank 0",
            "cross.1 429>429 rank 0",
            "cross.2 429>429 rank 0",
            "deep.0 429>512 relu",
            "deep.1 512>256 relu",
            "logit 256>1");
  }

  @Test
  void parallelTowerReadsWhatTheFirstCrossLayerReads() {
    String own = "dcn { structure = parallel, cross-layers = 2, cross-rank = 8, deep-mlp = [20] }";
    assertThat(words(tape(own, schema(3, 2))))
        .containsExactly(
            "EmbeddingBag 32",
            "Dense 3",
            "Concat 35",
            "cross.0 35>35 rank 8",
            "cross.1 35>35 rank 8",
            "deep.0 35>20 relu",
            "Concat 55",
            "logit 55>1");
  }

  @Test
  void denseFeaturesAreOptional() {
    assertThat(words(tape("dcn { cross-layers = 1, deep-mlp = [4] }", schema(0, 2))))
        .containsExactly(
            "EmbeddingBag 32", "cross.0 32>32 rank 0", "deep.0 32>4 relu", "logit 4>1");
  }

  @Test
  void withoutTowerBothStructuresAreTheCrossLayersAlone() {
    for (String structure : new String[] {"stacked", "parallel"}) {
      String own = "dcn { cross-layers = 1, deep-mlp = [], structure = " + structure + " }";
      assertThat(words(tape(own, schema(1, 1))))
          .containsExactly(
              "EmbeddingBag 16", "Dense 1", "Concat 17", "cross.0 17>17 rank 0", "logit 17>1");
    }
  }

  @Test
  void hiddenLayersAreNormalisedThenDropped() {
    String own = "dcn { cross-layers = 1, deep-mlp = [4, 5], dropout = 0.25, layer-norm = true }";
    assertThat(words(tape(own, schema(0, 1))))
        .containsExactly(
            "EmbeddingBag 16",
            "cross.0 16>16 rank 0",
            "deep.0 16>4 relu",
            "deep.0.norm 4",
            "Dropout 4",
            "deep.1 4>5 relu",
            "deep.1.norm 5",
            "Dropout 5",
            "logit 5>1");
  }

  @Test
  void parametersAreNamedInOrder() {
    String own = "dcn { cross-layers = 2, cross-rank = 3, deep-mlp = [4], layer-norm = true }";
    assertThat(tape(own, schema(1, 1)).parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "cross.0.v",
            "cross.0.weight",
            "cross.0.bias",
            "cross.1.v",
            "cross.1.weight",
            "cross.1.bias",
            "deep.0.weight",
            "deep.0.bias",
            "deep.0.norm.weight",
            "deep.0.norm.bias",
            "logit.weight",
            "logit.bias");
  }

  private static void assertRefused(String own, String line) {
    assertThatThrownBy(() -> tape(own, schema(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("my.conf: 1: farsight.model.dcn." + line);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertRefused("dcn.structure = serial", "structure: 'serial' is none of stacked, parallel");
    assertRefused("dcn.cross-layers = 0", "cross-layers: 0 is not a whole number from 1 to 64");
    assertRefused("dcn.cross-rank = -1", "cross-rank: -1 is not a whole number from 0 to 65536");
    assertRefused("dcn.deep-mlp = [8, 0]", "deep-mlp: 0 is not a whole number from 1 to 65536");
    assertRefused(
        "dcn.dropout = 1",
        "dropout: 1 is not a share from 0 to 0.99; write it as a number or in percent, such as 0.25 or \"25%\"");
    assertRefused("dcn.layer-norm = 3", "layer-norm: 3 is neither true nor false");
  }
}
