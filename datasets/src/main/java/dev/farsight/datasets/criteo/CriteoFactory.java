package dev.farsight.datasets.criteo;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.RecordSources;
import dev.farsight.reading.pieces.PieceFactory;
import dev.farsight.reading.pieces.RecordPieces;
import java.util.Optional;
import java.util.Set;

/** {@code data.source = criteo}. */
public final class CriteoFactory implements PieceFactory {

  @Override
  public String name() {
    return "criteo";
  }

  @Override
  public void check(DataContext context) {
    CriteoFormat.of(context.own());
    RecordSources.check(context);
  }

  @Override
  public DataSource open(DataContext context) {
    return RecordSources.open(CriteoFormat.of(context.own()), context);
  }

  @Override
  public RecordPieces pieces(DataContext context) {
    return RecordSources.pieces(CriteoFormat.of(context.own()), context);
  }

  @Override
  public boolean copiesFields() {
    return true;
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.of(RecordSources.encoder(CriteoFormat.of(context.own()).columns(), context));
  }

  @Override
  public boolean splitsByColumn() {
    return true;
  }

  @Override
  public boolean changesPredictions(String key) {
    return !Set.of("labelled", "min-count-sample").contains(key);
  }
}
