package dev.farsight.engine;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.data.SeekingData;
import dev.farsight.engine.plugin.Components;
import java.util.List;
import java.util.function.Consumer;

/**
 * Samples that can be sought, in place of the synthetic ones.
 *
 * @param opened is given each source that is opened
 */
record SeekingSource(Consumer<SeekingData> opened) implements DataSourceFactory {

  static final int TRAIN_SAMPLES = 3003;

  static Components in(Components components, Consumer<SeekingData> opened) {
    return TestRun.withSynthetic(components, new SeekingSource(opened));
  }

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    var tables =
        new TableSet(List.of(new Table("a", 30), new Table("b", 500), new Table("c", 2000)));
    var data = new SeekingData(tables, 11, TRAIN_SAMPLES, 300);
    opened.accept(data);
    return data;
  }
}
