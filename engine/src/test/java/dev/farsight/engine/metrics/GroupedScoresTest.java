package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grouped scores against the comparison of all pairs of each group. */
class GroupedScoresTest {

  private record Scored(float score, boolean positive, float weight) {}

  private static double meanOfPairs(Map<Integer, List<Scored>> groups, boolean weighted) {
    double sum = 0;
    double total = 0;
    for (List<Scored> group : groups.values()) {
      double won = 0;
      long pairs = 0;
      double weight = 0;
      for (Scored one : group) {
        weight += weighted ? one.weight : 1;
        for (Scored other : group) {
          if (one.positive && !other.positive) {
            pairs++;
            won += one.score > other.score ? 1 : one.score == other.score ? .5 : 0;
          }
        }
      }
      sum += pairs == 0 ? 0 : weight * won / pairs;
      total += pairs == 0 ? 0 : weight;
    }
    return sum / total;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theMeanIsThatOfAllPairsOfEachGroup(long seed) {
    var random = new Random(seed);
    boolean weighted = seed % 2 == 0;
    int levels = seed % 3 == 0 ? 4 : 1_000_000;
    int[] numbers = {0, 1, 64, 65, 1 << 30, (1 << 30) - 1, Integer.MAX_VALUE, 12_345_678};
    var scores = new GroupedScores(weighted);
    Map<Integer, List<Scored>> groups = new TreeMap<>();
    for (int n = 0; n < 2000; n++) {
      int group = random.nextInt(3) == 0 ? random.nextInt(200) : numbers[random.nextInt(8)];
      var sample =
          new Scored(
              (random.nextInt(levels) - levels / 2) * 1e-3f,
              random.nextInt(4) == 0,
              random.nextInt(5) == 0 ? 0 : random.nextFloat());
      scores.add(group, sample.score, sample.positive, sample.weight);
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(sample);
    }
    assertThat(scores.mean())
        .as("seed %d", seed)
        .isCloseTo(meanOfPairs(groups, weighted), within(1e-12));
  }

  @Test
  void isNotANumberWithoutAGroupOfBothLabels() {
    var scores = new GroupedScores(false);
    assertThat(scores.mean()).isNaN();
    scores.add(1, 0, true, 1);
    scores.add(2, 0, false, 1);
    assertThat(scores.mean()).isNaN();
    scores.add(1, 0, false, 1);
    assertThat(scores.mean()).isEqualTo(.5);
  }

  /** The group is that of the first lookup; a sample without one has none. */
  @Test
  void samplesAreGroupedByTheirFirstLookup() {
    var schema =
        new BatchSchema(
            0,
            new TableSet(List.of(new Table("users", 10))),
            List.of(new Feature("one", 0), Feature.bag("bag", 0, 3, Pooling.SUM)),
            Set.of(BatchSchema.Column.LABEL));
    var batch = new Batch(schema, 6, HostBuffers.plain());
    var result = new StepInput(schema, 6, 10, HostBuffers.plain());
    int[][] bags = {{3, 9}, {3}, {}, {9, 3}, {9}, {}};
    float[] logits = {2, 1, 9, 1, 2, -9};
    float[] labels = {1, 0, 0, 1, 0, 1};
    for (int s = 0; s < 6; s++) {
      batch.indices(0)[s] = s / 3;
      int at = batch.offsets(1)[s];
      for (int index : bags[s]) {
        batch.indices(1)[at++] = index;
      }
      batch.offsets(1)[s + 1] = at;
      batch.labels().put(s, labels[s]);
      result.logits().put(s, logits[s]);
    }
    batch.samples(6);
    assertThat(gauc(batch, result, 0)).isCloseTo((.5 + 0) / 2, within(1e-12));
    assertThat(gauc(batch, result, 1)).isCloseTo((1.0 + 0.0) / 2, within(1e-12));
    assertThat(gauc(batch, result, Evaluation.NO_GROUPS)).isNaN();
  }

  private static double gauc(Batch batch, StepInput result, int feature) {
    var evaluation = new Evaluation(true, false, false, feature);
    evaluation.add(batch, result);
    return evaluation.quality().gauc();
  }
}
