package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;

/** {@code data.source = synthetic}. */
public final class SyntheticFactory implements DataSourceFactory {

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public DataSource open(DataContext context) {
    return new SyntheticSource(context);
  }
}
