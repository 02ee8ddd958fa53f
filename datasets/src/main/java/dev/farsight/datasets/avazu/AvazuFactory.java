package dev.farsight.datasets.avazu;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.text.Buckets;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.DenseColumn;
import dev.farsight.datasets.text.HeaderMapper;
import dev.farsight.datasets.text.MinCounts;
import dev.farsight.datasets.text.RowIndexRule;
import dev.farsight.datasets.text.TextFormat;
import dev.farsight.datasets.text.TextSources;
import dev.farsight.datasets.text.Transform;
import dev.farsight.datasets.text.TransformSettings;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code data.source = avazu}: Avazu's csv, whose columns are found by the names in its header. A
 * header without {@code click} is a file without labels. Site, app and device identities are
 * hexadecimal, the other categories whole numbers; C14 to C21 are the dense features, {@code id}
 * and {@code hour} are not used. The buckets of the dense features, if asked for, come behind
 * device_conn_type.
 */
public final class AvazuFactory implements DataSourceFactory {

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
  public DataSource open(DataContext context) {
    return TextSources.open(format(context.own()), context);
  }

  private static TextFormat format(Settings own) {
    int[] rows = Cardinalities.read(own, CATEGORICAL.size(), Cardinalities.AVAZU);
    List<Transform> transforms = new TransformSettings(own).ofAll();
    List<DenseColumn> dense =
        DENSE.stream().map(name -> new DenseColumn(name, true, transforms)).toList();
    boolean buckets = own.bool("buckets");
    var hex = RowIndexRule.hex(ID_DIGITS);
    var integer = RowIndexRule.integer();
    Stream<CategoricalColumn> ids =
        IntStream.range(0, CATEGORICAL.size())
            .mapToObj(
                t -> {
                  String name = CATEGORICAL.get(t);
                  return new CategoricalColumn(
                      new Table(name, rows[t]), WHOLE.contains(name) ? integer : hex);
                });
    List<String> bucketed = buckets ? DENSE : List.of();
    return new TextFormat(
        ',',
        false,
        true,
        dense,
        Stream.concat(ids, buckets ? dense.stream().map(Buckets::of) : Stream.empty())
            .map(column -> MinCounts.apply(column, own))
            .toList(),
        new HeaderMapper(
            "click",
            false,
            DENSE,
            Stream.concat(CATEGORICAL.stream(), bucketed.stream()).toList()));
  }

  @Override
  public boolean changesPredictions(String key) {
    return !key.equals("min-count-sample");
  }
}
