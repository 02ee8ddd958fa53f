package dev.farsight.reading.pieces;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;

/** Opens sources that can be read in pieces. */
public interface PieceFactory extends DataSourceFactory {

  /**
   * The data in pieces. Opens no file but to list folders.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  RecordPieces pieces(DataContext context);
}
