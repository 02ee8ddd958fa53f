package dev.farsight.datasets.csv;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.RecordSources;
import dev.farsight.reading.pieces.PieceFactory;
import dev.farsight.reading.pieces.RecordPieces;
import java.util.Optional;
import java.util.Set;

/**
 * {@code data.source = csv}: one's own data, with columns named in the configuration. Rows are
 * parsed by the core that the Criteo reader uses rather than by a CSV library, which would make a
 * String of every field: parsing must keep ahead of training.
 */
public final class CsvFactory implements PieceFactory {

  /** Settings that tell how rows are written down, and what becomes of rows that do not fit. */
  private static final Set<String> HOW_WRITTEN =
      Set.of("separator", "header", "quotes", "label", "weight", "on-long-bag", "min-count-sample");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public void check(DataContext context) {
    CsvFormat.of(context.own());
    RecordSources.check(context);
  }

  @Override
  public DataSource open(DataContext context) {
    return RecordSources.open(CsvFormat.of(context.own()), context);
  }

  @Override
  public RecordPieces pieces(DataContext context) {
    return RecordSources.pieces(CsvFormat.of(context.own()), context);
  }

  @Override
  public boolean copiesFields() {
    return true;
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.of(RecordSources.encoder(CsvFormat.of(context.own()).columns(), context));
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
