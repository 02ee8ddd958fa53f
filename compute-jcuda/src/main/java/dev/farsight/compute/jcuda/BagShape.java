package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the bags of a step need, and the choice between two ways from rows to the vectors of
 * features. Where each feature looks up one row of a table of its own, and no row has a largest
 * norm, kernels read rows straight from their slots. Everywhere else rows are <em>pooled</em>
 * first, to a value that all ops read. The kernels are compiled for the shape, so it costs nothing
 * to have no weights, no means and so on.
 */
record BagShape(StepSpec spec) {

  /** Added to the kind of a feature, as in kinds.cu. */
  private static final int ONE_HOT = 4;

  private static final int HAS_WEIGHTS = 8;

  private BatchSchema schema() {
    return spec.schema();
  }

  /** Whether rows are pooled to a value, by bags.cu. */
  boolean pooled() {
    return !schema().oneHotEachTable() || spec.maxNorms().any() || sums();
  }

  /** Whether some features exchange sums of bags with other ranks. */
  boolean sums() {
    return spec.exchange() != null && spec.exchange().sums().any();
  }

  /** Whether lookups have factors: their weights, or the sizes of bags that are averaged. */
  boolean factors() {
    return weights() || means();
  }

  /** Whether lookups of some feature have weights. */
  boolean weights() {
    return schema().weightedLookups();
  }

  private boolean means() {
    return features().anyMatch(f -> !feature(f).oneHot() && feature(f).pooling() == Pooling.MEAN);
  }

  /** Whether lookups compete for the largest values of a bag. */
  boolean maxes() {
    return features().anyMatch(this::takesLargest);
  }

  private IntStream features() {
    return IntStream.range(0, schema().features().size());
  }

  private Feature feature(int f) {
    return schema().features().get(f);
  }

  /** A single row has the largest values without a look at them. */
  private boolean takesLargest(int f) {
    return !feature(f).oneHot() && feature(f).pooling() == Pooling.MAX;
  }

  /** Ints that say which lookup of each bag each largest value is from. */
  long winners() {
    return features().filter(this::takesLargest).count() * spec.batchSize() * spec.format().dim();
  }

  /** The files whose kernels make the vectors of features. */
  List<String> files() {
    return pooled()
        ? List.of("random.cu", "weights.cu", "row.cu", "kinds.cu", "features.cu", "bags.cu")
        : List.of("random.cu", "weights.cu", "row.cu", "gather.cu");
  }

  /** The constants of those files and of rows.cu. */
  Map<String, Object> constants() {
    var constants = new TreeMap<String, Object>();
    constants.put("FEATURES", schema().features().size());
    constants.put("POOLED", flag(pooled()));
    constants.put("FACTORS", flag(factors()));
    constants.put("WEIGHTS", flag(weights()));
    constants.put("MEANS", flag(means()));
    constants.put("MAXES", flag(maxes()));
    constants.put("NORMS", flag(spec.maxNorms().any()));
    if (pooled()) {
      constants.put("KINDS", kinds());
      constants.put("LARGEST", list(this::numberOfLargest));
      constants.put("MAX_NORMS", list(this::maxNorm));
    }
    if (sums()) {
      constants.putAll(new SumPlaces(spec).constants());
    }
    if (spec.maxNorms().any() && spec.exchange() != null) {
      constants.put("TABLE_ENDS", ofTables(t -> schema().tables().offset(t + 1) + "ull"));
      constants.put("TABLE_NORMS", ofTables(t -> literal(spec.maxNorms().ofTable(t))));
    }
    return constants;
  }

  /** How each feature pools its rows, a list for kinds.cu. */
  String kinds() {
    return list(this::kind);
  }

  private static int flag(boolean set) {
    return set ? 1 : 0;
  }

  private String list(Function<Integer, Object> entry) {
    return features().mapToObj(f -> entry.apply(f).toString()).collect(Collectors.joining(","));
  }

  private int kind(int f) {
    Feature feature = feature(f);
    int pooling =
        switch (feature.pooling()) {
          case SUM -> 0;
          case MEAN -> 1;
          case MAX -> 2;
        };
    return feature.oneHot() ? ONE_HOT : pooling + (feature.weighted() ? HAS_WEIGHTS : 0);
  }

  private long numberOfLargest(int f) {
    return takesLargest(f) ? IntStream.range(0, f).filter(this::takesLargest).count() : -1;
  }

  private String maxNorm(int f) {
    return literal(spec.maxNorms().ofTable(feature(f).table()));
  }

  private static String literal(float norm) {
    return Float.isInfinite(norm) ? "0.f" : norm + "f";
  }

  private String ofTables(IntFunction<String> entry) {
    return IntStream.range(0, schema().tables().size())
        .mapToObj(entry)
        .collect(Collectors.joining(","));
  }
}
