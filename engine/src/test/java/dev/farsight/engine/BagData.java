package dev.farsight.engine;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.data.RandomData;
import java.util.List;
import java.util.Set;

/** Random samples with every kind of feature and shared tables, in place of the synthetic ones. */
record BagData() implements DataSourceFactory {

  /** Settings that bags have. */
  static final List<String> SETTINGS =
      List.of("model.max-norm=1", "model.tables.many.max-norm=0.05", "data.max-lookups=190");

  static Components in(Components components) {
    return TestRun.withSynthetic(components, new BagData());
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    var tables =
        new TableSet(
            List.of(
                new Table("few", 3),
                new Table("some", 400),
                new Table("many", 9000),
                new Table("fifty", 50)));
    var features =
        List.of(
            new Feature("one", 2),
            Feature.bag("sum", 2, 6, Pooling.SUM),
            Feature.bag("weighted mean", 1, 4, Pooling.MEAN).withWeights(),
            new Feature("other", 3),
            Feature.bag("max", 2, 5, Pooling.MAX),
            Feature.bag("mean", 0, 3, Pooling.MEAN),
            Feature.bag("weighted sum", 2, 3, Pooling.SUM).withWeights());
    var schema = new BatchSchema(3, tables, features, Set.of(BatchSchema.Column.LABEL));
    return new RandomData(schema, context.batchSize(), 10_293, 1717, context.seed());
  }
}
