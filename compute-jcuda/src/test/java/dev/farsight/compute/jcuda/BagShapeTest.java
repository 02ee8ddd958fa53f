package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BagShapeTest {

  private static final int BATCH = 100;
  private static final int DIM = 8;

  private static BagShape shape(MaxNorms norms, Feature... features) {
    var tables = new TableSet(List.of(new Table("a", 10), new Table("b", 20)));
    var schema = new BatchSchema(3, tables, List.of(features), Set.of());
    var sgd = TestOptimizer.SGD.spec();
    return new BagShape(new StepSpec(schema, BATCH, 30, RowFormat.of(DIM, 0), sgd, norms));
  }

  private static BagShape shape(Feature... features) {
    return shape(MaxNorms.none(2), features);
  }

  @Test
  void onlyOneHotFeaturesOfTheirOwnTablesAreReadFromSlots() {
    var a = new Feature("a", 0);
    var b = new Feature("b", 1);
    assertThat(shape(a, b).pooled()).isFalse();
    assertThat(shape(b, a).pooled()).as("another order of tables").isTrue();
    assertThat(shape(a, b, new Feature("c", 1)).pooled()).as("a shared table").isTrue();
    assertThat(shape(a, Feature.bag("b", 1, 1, Pooling.SUM)).pooled()).as("a bag").isTrue();
    var norms = MaxNorms.of(Float.POSITIVE_INFINITY, 2);
    assertThat(shape(norms, a, b).pooled()).as("a largest norm").isTrue();
  }

  @Test
  void oneHotFeaturesNeedNeitherFactorsNorWinnersHoweverTheyPool() {
    var shape =
        shape(
            new Feature("a", 0, 1, 1, Pooling.MEAN, false),
            new Feature("b", 1, 1, 1, Pooling.MAX, false));
    assertThat(shape.pooled()).isFalse();
    assertThat(shape.factors()).isFalse();
    assertThat(shape.maxes()).isFalse();
    assertThat(shape.winners()).isZero();
  }

  @Test
  void kernelsKnowWhatEachFeatureNeeds() {
    var shape =
        shape(
            MaxNorms.of(1.5f, Float.POSITIVE_INFINITY),
            Feature.bag("max", 0, 3, Pooling.MAX),
            new Feature("one", 1),
            Feature.bag("mean", 1, 3, Pooling.MEAN).withWeights(),
            Feature.bag("sum", 0, 3, Pooling.SUM),
            Feature.bag("another max", 1, 3, Pooling.MAX),
            new Feature("one max", 1, 1, 1, Pooling.MAX, false));
    assertThat(shape.factors()).isTrue();
    assertThat(shape.winners()).as("of two features").isEqualTo(2L * BATCH * DIM);
    assertThat(shape.constants())
        .containsEntry("FEATURES", 6)
        .containsEntry("KINDS", "2,4,9,0,2,4")
        .containsEntry("LARGEST", "0,-1,-1,-1,1,-1")
        .containsEntry("MAX_NORMS", "1.5f,0.f,0.f,1.5f,0.f,0.f")
        .containsEntry("WEIGHTS", 1)
        .containsEntry("MEANS", 1)
        .containsEntry("MAXES", 1)
        .containsEntry("NORMS", 1);
  }

  @Test
  void sumsWithoutWeightsPayForNothing() {
    assertThat(shape(new Feature("a", 0), Feature.bag("b", 1, 9, Pooling.SUM)).constants())
        .containsEntry("POOLED", 1)
        .containsEntry("FACTORS", 0)
        .containsEntry("WEIGHTS", 0)
        .containsEntry("MEANS", 0)
        .containsEntry("MAXES", 0)
        .containsEntry("NORMS", 0);
  }
}
