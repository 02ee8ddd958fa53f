package dev.farsight.engine.attribution;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.SampleEncoder;
import java.util.Optional;

/** A plugin's data sources. Whoever opens one checks and attributes the calls of what it opened. */
final class AttributedSourceFactory extends Attributed<DataSourceFactory>
    implements DataSourceFactory {

  AttributedSourceFactory(DataSourceFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(DataContext context) {
    calls.run("DataSourceFactory.check", () -> factory.check(context));
  }

  @Override
  public DataSource open(DataContext context) {
    return calls.get("DataSourceFactory.open", () -> factory.open(context));
  }

  @Override
  public boolean copiesFields() {
    return calls.get("DataSourceFactory.copiesFields", factory::copiesFields);
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return calls.get("DataSourceFactory.encoder", () -> factory.encoder(context));
  }

  @Override
  public boolean splitsByColumn() {
    return calls.get("DataSourceFactory.splitsByColumn", factory::splitsByColumn);
  }

  @Override
  public Settings origin(Settings data) {
    return calls.get("DataSourceFactory.origin", () -> factory.origin(data));
  }

  @Override
  public boolean changesPredictions(String key) {
    return calls.get("DataSourceFactory.changesPredictions", () -> factory.changesPredictions(key));
  }
}
