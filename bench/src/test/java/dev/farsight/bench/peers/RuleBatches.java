package dev.farsight.bench.peers;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.testkit.compute.RandomBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Initial weights, and one-hot batches for many steps, drawn from a seed.
 *
 * @param tables the rows of each, one after the other
 * @param weight of the linear layer
 * @param indices by step, table and sample
 * @param labels by step and sample
 */
record RuleBatches(
    List<List<Float>> tables,
    List<Float> weight,
    float bias,
    List<List<List<Integer>>> indices,
    List<List<Float>> labels) {

  static final int DIM = 4;
  static final int SAMPLES = 24;

  private static final int[] ROWS = {20, 7};

  /**
   * @param everyRow whether every batch looks up every row
   */
  static RuleBatches draw(long seed, int steps, boolean everyRow) {
    var random = new Random(seed);
    List<List<Float>> tables = new ArrayList<>();
    for (int rows : ROWS) {
      tables.add(floats(random, rows * DIM));
    }
    List<List<List<Integer>>> indices = new ArrayList<>();
    List<List<Float>> labels = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      List<List<Integer>> batch = new ArrayList<>();
      for (int rows : ROWS) {
        List<Integer> samples = new ArrayList<>();
        for (int s = 0; s < SAMPLES; s++) {
          samples.add(everyRow && s < rows ? s : random.nextInt(rows));
        }
        batch.add(samples);
      }
      indices.add(batch);
      labels.add(random.ints(SAMPLES, 0, 2).mapToObj(label -> (float) label).toList());
    }
    return new RuleBatches(
        tables, floats(random, ROWS.length * DIM), random.nextFloat(), indices, labels);
  }

  private static List<Float> floats(Random random, int count) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(2 * random.nextFloat() - 1);
    }
    return values;
  }

  static BatchSchema schema() {
    return RandomBatches.schema(0, ROWS);
  }

  int steps() {
    return labels.size();
  }

  Batch batch(int step, HostBuffers buffers) {
    var batch = new Batch(schema(), SAMPLES, buffers);
    batch.labels().put(0, BagCase.array(labels.get(step)));
    for (int t = 0; t < ROWS.length; t++) {
      for (int s = 0; s < SAMPLES; s++) {
        batch.indices(t)[s] = indices.get(step).get(t).get(s);
      }
    }
    batch.samples(SAMPLES);
    return batch;
  }

  /** As optimizers.py reads it. */
  Map<String, Object> json() {
    return Map.of(
        "dim", DIM, "tables", tables, "weight", weight, "bias", bias, "indices", indices, "labels",
        labels);
  }
}
