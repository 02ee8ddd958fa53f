package dev.farsight.datasets.avazu;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.text.DelimitedFormat;
import dev.farsight.datasets.text.HeaderLayout;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.RecordSources;
import dev.farsight.reading.RowIndexRule;
import dev.farsight.reading.pieces.PieceFactory;
import dev.farsight.reading.pieces.RecordPieces;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code data.source = avazu}: Avazu's csv, whose columns are found by the names in its header. A
 * header without {@code click} is a file without labels. Site, app and device identities are
 * hexadecimal, the other categories whole numbers; C14 to C21 are the dense features, {@code id}
 * and {@code hour} are not used. The buckets of the dense features, if asked for, come behind
 * device_conn_type.
 */
public final class AvazuFactory implements PieceFactory {

  private static final List<String> CATEGORICAL =
      List.of(
          "C1",
          "banner_pos",
          "site_id",
          "site_domain",
          "site_category",
          "app_id",
          "app_domain",
          "app_category",
          "device_id",
          "device_ip",
          "device_model",
          "device_type",
          "device_conn_type");

  private static final List<String> WHOLE =
      List.of("C1", "banner_pos", "device_type", "device_conn_type");

  private static final List<String> DENSE =
      List.of("C14", "C15", "C16", "C17", "C18", "C19", "C20", "C21");

  /** Hexadecimal digits of every identity that Avazu published. */
  private static final int ID_DIGITS = 8;

  @Override
  public String name() {
    return "avazu";
  }

  @Override
  public void check(DataContext context) {
    format(context.own());
    RecordSources.check(context);
  }

  @Override
  public DataSource open(DataContext context) {
    return RecordSources.open(format(context.own()), context);
  }

  private static DelimitedFormat format(Settings own) {
    int[] rows = Cardinalities.read(own, CATEGORICAL.size(), Cardinalities.AVAZU);
    var hex = RowIndexRule.hex(ID_DIGITS);
    var integer = RowIndexRule.integer();
    List<CategoricalColumn> ids =
        IntStream.range(0, CATEGORICAL.size())
            .mapToObj(
                t -> {
                  String name = CATEGORICAL.get(t);
                  return new CategoricalColumn(
                      new Table(name, rows[t]), WHOLE.contains(name) ? integer : hex);
                })
            .toList();
    return new DelimitedFormat(
        ',', false, true, ColumnSettings.fixed(own, "click", DENSE, ids), new HeaderLayout(false));
  }

  @Override
  public RecordPieces pieces(DataContext context) {
    return RecordSources.pieces(format(context.own()), context);
  }

  @Override
  public boolean copiesFields() {
    return true;
  }

  @Override
  public Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.of(RecordSources.encoder(format(context.own()).columns(), context));
  }

  @Override
  public boolean splitsByColumn() {
    return true;
  }

  @Override
  public boolean changesPredictions(String key) {
    return !key.equals("min-count-sample");
  }
}
