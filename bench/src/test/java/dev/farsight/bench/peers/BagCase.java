package dev.farsight.bench.peers;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Tables, features, and one batch of bags, drawn from a seed: what embedding_bag.py reads as JSON.
 *
 * @param padding by feature: the index that stands for nothing; null if there is none
 * @param raw by feature and sample: the indices of the bag, with the padding index among them
 * @param lookupWeights by feature and sample, as {@code raw}; null where there are none
 * @param tables the rows of each, one after the other
 * @param maxNorms by table; null for a table without
 * @param weight of the linear layer
 */
record BagCase(
    String name,
    int dim,
    List<Feature> features,
    List<Integer> padding,
    List<List<List<Integer>>> raw,
    List<List<List<Float>>> lookupWeights,
    List<List<Float>> tables,
    List<Float> maxNorms,
    List<Float> weight,
    float bias,
    List<Float> labels) {

  static final float LEARNING_RATE = .5f;

  private static final int DIM = 5;
  private static final int SAMPLES = 23;
  private static final int MOST_LOOKUPS = 6;
  private static final int[] ROWS = {20, 9};
  private static final int PADDING = 3;

  /** The last one with weights. */
  private static final List<Pooling> POOLINGS =
      List.of(Pooling.SUM, Pooling.MEAN, Pooling.MAX, Pooling.SUM);

  /** Every pooling and weights, with and without padding, shared tables and largest norms. */
  static List<BagCase> all(long seed) {
    var random = new Random(seed);
    List<BagCase> cases = new ArrayList<>();
    for (int variant = 0; variant < 32; variant++) {
      cases.add(
          draw(
              random,
              POOLINGS.get(variant % 4),
              variant % 4 == 3,
              (variant & 4) != 0,
              (variant & 8) != 0,
              (variant & 16) != 0));
    }
    return cases;
  }

  private static BagCase draw(
      Random random,
      Pooling pooling,
      boolean weighted,
      boolean padded,
      boolean shared,
      boolean normed) {
    List<Feature> features = new ArrayList<>();
    features.add(new Feature("bag", 0, 0, MOST_LOOKUPS, pooling, weighted));
    features.add(new Feature("one", 1));
    if (shared) {
      features.add(Feature.bag("other", 0, 4, Pooling.MEAN));
      features.add(Feature.bag("another", 1, 2, Pooling.MAX));
    }
    List<Integer> padding = new ArrayList<>();
    List<List<List<Integer>>> raw = new ArrayList<>();
    List<List<List<Float>>> lookupWeights = new ArrayList<>();
    List<List<Float>> tables = new ArrayList<>();
    for (int rows : ROWS) {
      tables.add(table(random, rows));
    }
    for (Feature feature : features) {
      Integer pad = padded && !feature.oneHot() ? Integer.valueOf(PADDING) : null;
      padding.add(pad);
      List<List<Integer>> bags = new ArrayList<>();
      List<List<Float>> weights = new ArrayList<>();
      for (int s = 0; s < SAMPLES; s++) {
        bags.add(bag(random, feature, pad));
        weights.add(bags.get(s).stream().map(index -> 3 * random.nextFloat() - 1).toList());
      }
      raw.add(bags);
      lookupWeights.add(feature.weighted() ? weights : null);
    }
    List<Float> labels = new ArrayList<>();
    for (int s = 0; s < SAMPLES; s++) {
      labels.add((float) random.nextInt(2));
    }
    String name =
        pooling.configName()
            + (weighted ? ", weights" : "")
            + (padded ? ", padding" : "")
            + (shared ? ", shared tables" : "")
            + (normed ? ", largest norms" : "");
    return new BagCase(
        name,
        DIM,
        features,
        padding,
        raw,
        lookupWeights,
        tables,
        normed ? List.of(1.1f, .8f) : Arrays.asList(null, null),
        floats(random, features.size() * DIM, 1),
        random.nextFloat(),
        labels);
  }

  /** A third of the bags is empty, and of those with padding some hold nothing else. */
  private static List<Integer> bag(Random random, Feature feature, Integer padding) {
    boolean least = random.nextInt(3) == 0;
    int more = feature.maxLookups() - feature.minLookups();
    int length = feature.minLookups() + (least ? 0 : random.nextInt(more + 1));
    List<Integer> bag = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      boolean pad = padding != null && random.nextInt(3) == 0;
      bag.add(pad ? padding : random.nextInt(ROWS[feature.table()]));
    }
    return bag;
  }

  /**
   * The row that pads is zeros, as PyTorch's module makes it: PyTorch brings it to the largest norm
   * too, although it is not looked up.
   */
  private static List<Float> table(Random random, int rows) {
    List<Float> table = floats(random, rows * DIM, 2);
    table.subList(PADDING * DIM, (PADDING + 1) * DIM).replaceAll(value -> 0f);
    return table;
  }

  private static List<Float> floats(Random random, int count, float range) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(range * (random.nextFloat() - .5f));
    }
    return values;
  }

  BatchSchema schema() {
    List<Table> all = new ArrayList<>();
    for (int rows : ROWS) {
      all.add(new Table("t" + all.size(), rows));
    }
    return new BatchSchema(0, new TableSet(all), features, Set.of(Column.LABEL));
  }

  int samples() {
    return labels.size();
  }

  MaxNorms norms() {
    var norms = new float[maxNorms.size()];
    for (int t = 0; t < norms.length; t++) {
      Float norm = maxNorms.get(t);
      norms[t] = norm == null ? Float.POSITIVE_INFINITY : norm;
    }
    return MaxNorms.of(norms);
  }

  /** The batch as a data source gives it: without padding. */
  Batch batch(HostBuffers buffers) {
    var batch = new Batch(schema(), samples(), buffers);
    batch.labels().put(0, array(labels));
    for (int f = 0; f < features.size(); f++) {
      fill(batch, f);
    }
    batch.samples(samples());
    return batch;
  }

  private void fill(Batch batch, int f) {
    int lookup = 0;
    for (int s = 0; s < samples(); s++) {
      List<Integer> bag = raw.get(f).get(s);
      for (int i = 0; i < bag.size(); i++) {
        if (!bag.get(i).equals(padding.get(f))) {
          batch.indices(f)[lookup] = bag.get(i);
          if (lookupWeights.get(f) != null) {
            batch.lookupWeights(f).put(lookup, lookupWeights.get(f).get(s).get(i));
          }
          lookup++;
        }
      }
      if (batch.offsets(f) != null) {
        batch.offsets(f)[s + 1] = lookup;
      }
    }
  }

  /** As embedding_bag.py reads it. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dim", dim);
    json.put("tables", tables);
    json.put("max_norms", maxNorms);
    json.put("weight", weight);
    json.put("bias", bias);
    json.put("labels", labels);
    json.put("learning_rate", LEARNING_RATE);
    List<Object> all = new ArrayList<>();
    for (int f = 0; f < features.size(); f++) {
      all.add(json(f));
    }
    json.put("features", all);
    return json;
  }

  private Map<String, Object> json(int f) {
    List<Integer> offsets = new ArrayList<>(List.of(0));
    raw.get(f).forEach(bag -> offsets.add(offsets.get(offsets.size() - 1) + bag.size()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("table", features.get(f).table());
    json.put("pooling", features.get(f).pooling().configName());
    json.put("offsets", offsets);
    json.put("indices", raw.get(f).stream().flatMap(List::stream).toList());
    if (padding.get(f) != null) {
      json.put("padding", padding.get(f));
    }
    if (lookupWeights.get(f) != null) {
      json.put("weights", lookupWeights.get(f).stream().flatMap(List::stream).toList());
    }
    return json;
  }

  static float[] array(List<Float> values) {
    var array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
