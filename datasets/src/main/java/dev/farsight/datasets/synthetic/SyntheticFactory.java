package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import java.util.Set;

/** {@code data.source = synthetic}. */
public final class SyntheticFactory implements DataSourceFactory {

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    if (context.data().has("path")) {
      throw context
          .data()
          .bad(
              "path",
              "would be ignored: data.source = synthetic reads no files;"
                  + " set data.source = criteo, avazu or csv, or leave data.path unset");
    }
    return new SyntheticSource(context);
  }

  @Override
  public boolean changesPredictions(String key) {
    return Set.of("cardinalities", "dense", "pooling").contains(key);
  }
}
