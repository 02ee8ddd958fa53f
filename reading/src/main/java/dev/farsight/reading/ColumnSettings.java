package dev.farsight.reading;

import dev.farsight.api.config.Settings;
import dev.farsight.reading.internal.settings.CategoricalEntries;
import dev.farsight.reading.internal.settings.DenseEntries;
import dev.farsight.reading.internal.settings.Ids;
import dev.farsight.reading.internal.settings.MinCounts;
import dev.farsight.reading.internal.settings.Separators;
import dev.farsight.reading.internal.settings.TransformSettings;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads columns from the section of a source. Its {@code reference.conf} must have the keys {@code
 * transform}, {@code clip-min}, {@code clip-max}, {@code buckets}, {@code min-count} and {@code
 * min-count-sample}, and if the user names the columns, {@code label}, {@code dense}, {@code
 * categorical} and {@code on-long-bag} too. {@code ids} may be there; without it there is no
 * vocabulary, unless an entry asks for one; {@code weight} may be there too. They mean what they
 * mean for {@code csv}.
 */
public final class ColumnSettings {

  private ColumnSettings() {}

  /**
   * The columns that the user names, for parsers that hand over the values of a bag one by one.
   *
   * @param own the source's section
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static Columns named(Settings own) {
    return named(own, CategoricalEntries.listed(own));
  }

  /**
   * The columns that the user names, for text in which the values of a bag stand in one field, with
   * a separator of their own between them.
   *
   * @param own the source's section
   * @param fieldSeparator what stands between two fields, and so cannot stand between two values
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static Columns named(Settings own, char fieldSeparator) {
    return named(own, CategoricalEntries.separated(own, fieldSeparator));
  }

  /**
   * What stands between two fields, at {@code separator}: one ASCII character.
   *
   * @param own the source's section
   * @throws dev.farsight.api.config.ConfigException if it is none
   */
  public static char separator(Settings own) {
    return Separators.ofFields(own);
  }

  private static Columns named(Settings own, List<CategoricalColumn> categorical) {
    var dense = DenseEntries.of(own, categorical.stream().map(CategoricalColumn::name).toList());
    return new Columns(
            own.optionalString("label").orElse(null),
            dense.columns(),
            Stream.concat(categorical.stream(), dense.buckets().stream()).toList())
        .weightedBy(own.optionalString("weight").orElse(null));
  }

  /**
   * The columns that a format always has, with the transforms, the buckets, the {@code ids} and the
   * {@code min-count} that the user asks for. Buckets come behind the other categorical columns.
   *
   * @param own the source's section
   * @param label name of the field with the label
   * @param dense names of the fields with numbers, which are whole
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static Columns fixed(
      Settings own, String label, List<String> dense, List<CategoricalColumn> categorical) {
    List<Transform> transforms = new TransformSettings(own).ofAll();
    List<DenseColumn> numbers =
        dense.stream().map(name -> new DenseColumn(name, true, transforms)).toList();
    Stream<CategoricalColumn> buckets =
        own.bool("buckets") ? numbers.stream().map(CategoricalColumn::buckets) : Stream.empty();
    return new Columns(
        label,
        numbers,
        Stream.concat(
                categorical.stream().map(column -> Ids.apply(column, own)),
                buckets.map(column -> MinCounts.apply(column, own)))
            .toList());
  }
}
