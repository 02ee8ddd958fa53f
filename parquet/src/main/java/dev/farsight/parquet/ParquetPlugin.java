package dev.farsight.parquet;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.parquet.export.ParquetFormat;
import dev.farsight.parquet.source.ParquetFactory;

/** Offers {@code data.source = parquet} and {@code farsight export --format parquet}. */
public final class ParquetPlugin extends FarsightPlugin {

  public ParquetPlugin() {
    super("parquet", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.dataSource(new ParquetFactory());
    registry.exportFormat(new ParquetFormat());
  }
}
