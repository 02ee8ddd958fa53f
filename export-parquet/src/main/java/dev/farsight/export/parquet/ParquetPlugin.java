package dev.farsight.export.parquet;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers {@code farsight export --format parquet}. */
public final class ParquetPlugin extends FarsightPlugin {

  public ParquetPlugin() {
    super("export-parquet", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.exportFormat(new ParquetFormat());
  }
}
