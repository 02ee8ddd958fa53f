package dev.farsight.datasets;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.datasets.npy.NpyFactory;
import dev.farsight.datasets.synthetic.SyntheticFactory;

/**
 * Offers the sources {@code criteo}, {@code avazu}, {@code csv}, {@code npy} and {@code synthetic}.
 */
public final class DatasetsPlugin extends FarsightPlugin {

  public DatasetsPlugin() {
    super("datasets", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.dataSource(new CriteoFactory());
    registry.dataSource(new AvazuFactory());
    registry.dataSource(new CsvFactory());
    registry.dataSource(new NpyFactory());
    registry.dataSource(new SyntheticFactory());
  }
}
