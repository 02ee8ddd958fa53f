package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.reading.Split;
import java.util.Set;

/** {@code data.source = synthetic}. */
public final class SyntheticFactory implements DataSourceFactory {

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public void check(DataContext context) {
    if (context.data().has("path")) {
      throw context
          .data()
          .bad(
              "path",
              "would be ignored: data.source = synthetic reads no files;"
                  + " set data.source to what the files are, such as csv, or leave data.path unset");
    }
    SyntheticSpec.of(context);
    Split.of(context.data(), 1);
    context.own().bool("in-memory");
  }

  @Override
  public DataSource open(DataContext context) {
    check(context);
    return new SyntheticSource(context);
  }

  @Override
  public boolean changesPredictions(String key) {
    return Set.of("cardinalities", "dense", "pooling").contains(key);
  }
}
