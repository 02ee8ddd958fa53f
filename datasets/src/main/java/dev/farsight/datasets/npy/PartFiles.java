package dev.farsight.datasets.npy;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import java.util.ArrayList;
import java.util.List;

/** How the files of a part of prepared data are named, and the arrays in them. */
public final class PartFiles {

  public static final String DENSE = "_dense.npy";
  public static final String LABELS = "_labels.npy";
  public static final String SPARSE = "_sparse.npy";
  public static final String MULTI_HOT = "_sparse_multi_hot.npz";
  public static final String TRUTH = "_truth.npy";
  public static final String WEIGHTS = "_weights.npy";
  public static final String GROUPS = "_groups.npy";
  public static final String ROW_NUMBERS = "_rows.npy";

  private PartFiles() {}

  /** The files that a part has. */
  public static List<String> of(String part, BatchSchema schema) {
    var files = new ArrayList<String>();
    if (schema.denseWidth() > 0) {
      files.add(part + DENSE);
    }
    files.add(part + (schema.oneHot() ? SPARSE : MULTI_HOT));
    for (Column column : Column.values()) {
      if (schema.has(column)) {
        files.add(part + suffix(column));
      }
    }
    return List.copyOf(files);
  }

  /** How the file of a column ends. */
  public static String suffix(Column column) {
    return switch (column) {
      case LABEL -> LABELS;
      case TRUTH -> TRUTH;
      case WEIGHT -> WEIGHTS;
      case GROUP -> GROUPS;
      case ROW_NUMBER -> ROW_NUMBERS;
    };
  }

  /** Whether all samples have equally many lookups of a feature: one array of a row for each. */
  public static boolean fixed(Feature feature) {
    return feature.minLookups() == feature.maxLookups();
  }

  /** The entry with the lookups of a feature: an array of a row for each sample. */
  public static String entry(int feature) {
    return feature + ".npy";
  }

  /** The entry with the lookups of a feature, one after the other. */
  public static String values(int feature) {
    return feature + "_values.npy";
  }

  /** The entry that tells where the lookups of each sample begin. */
  public static String offsets(int feature) {
    return feature + "_offsets.npy";
  }

  /** The entry with the weights of a feature's lookups. */
  public static String weights(int feature) {
    return feature + "_weights.npy";
  }
}
