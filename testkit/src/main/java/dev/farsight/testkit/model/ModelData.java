package dev.farsight.testkit.model;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Layouts of samples that models are tried with, all of them labelled.
 *
 * @param name for messages
 */
public record ModelData(String name, BatchSchema schema) {

  /** The layouts that a model is tried with unless it says otherwise. */
  public static List<ModelData> all() {
    return List.of(
        of("dense features", 3, new int[] {7, 1, 20}, oneHot(3)),
        of("no dense features", 0, new int[] {7, 20}, oneHot(2)),
        of("one feature", 2, new int[] {9}, oneHot(1)),
        of(
            "bags",
            2,
            new int[] {7, 12, 20, 9},
            new Feature("one", 0),
            Feature.bag("sum", 1, 3, Pooling.SUM),
            Feature.bag("weighted mean", 2, 4, Pooling.MEAN).withWeights(),
            Feature.bag("max", 3, 3, Pooling.MAX)),
        of(
            "shared tables",
            1,
            new int[] {12, 20},
            new Feature("user", 0),
            new Feature("friend", 0),
            new Feature("item", 1),
            Feature.bag("seen", 1, 3, Pooling.MEAN)));
  }

  /** A layout with tables of these many rows. */
  public static ModelData of(String name, int denseWidth, int[] rows, Feature... features) {
    var tables = new ArrayList<Table>();
    for (int r : rows) {
      tables.add(new Table("t" + tables.size(), r));
    }
    return new ModelData(
        name,
        new BatchSchema(
            denseWidth,
            new TableSet(tables),
            List.of(features),
            new BatchSchema(denseWidth, new TableSet(tables), true, false).columns()));
  }

  private static Feature[] oneHot(int features) {
    var oneHot = new Feature[features];
    for (int f = 0; f < features; f++) {
      oneHot[f] = new Feature("f" + f, f);
    }
    return oneHot;
  }

  @Override
  public String toString() {
    return name;
  }
}
