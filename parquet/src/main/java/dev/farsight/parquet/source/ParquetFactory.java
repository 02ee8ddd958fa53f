package dev.farsight.parquet.source;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.RecordSources;
import dev.farsight.reading.pieces.PieceFactory;
import dev.farsight.reading.pieces.RecordPieces;
import java.util.Optional;
import java.util.Set;

/** {@code data.source = parquet}: Apache Parquet files, with columns named in the configuration. */
public final class ParquetFactory implements PieceFactory {

  /** Settings that tell how rows are written down, and what becomes of rows that do not fit. */
  private static final Set<String> HOW_WRITTEN =
      Set.of("label", "weight", "on-long-bag", "min-count-sample");

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public void check(DataContext context) {
    ColumnSettings.named(context.own());
    RecordSources.check(context);
  }

  @Override
  public DataSource open(DataContext context) {
    return RecordSources.open(new ParquetRecords(ColumnSettings.named(context.own())), context);
  }

  @Override
  public RecordPieces pieces(DataContext context) {
    return RecordSources.pieces(new ParquetRecords(ColumnSettings.named(context.own())), context);
  }

  @Override
  public boolean copiesFields() {
    return true;
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.of(RecordSources.encoder(ColumnSettings.named(context.own()), context));
  }

  @Override
  public boolean splitsByColumn() {
    return true;
  }

  @Override
  public boolean changesPredictions(String key) {
    return !HOW_WRITTEN.contains(key);
  }
}
