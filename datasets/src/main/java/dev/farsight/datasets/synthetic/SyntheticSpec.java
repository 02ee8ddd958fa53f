package dev.farsight.datasets.synthetic;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.Cardinalities;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The settings of {@code farsight.data.synthetic} that decide what the samples are; the comments of
 * reference.conf say what each means.
 */
record SyntheticSpec(
    long seed,
    long rows,
    TableSet tables,
    List<BagLaw> bags,
    Pooling pooling,
    int denseWidth,
    double zipf,
    double missing,
    double clickRate,
    double signal,
    double denseShare,
    double pairShare,
    int pairs,
    double halfRank) {

  static SyntheticSpec of(DataContext context) {
    Settings own = context.own();
    int[] rows =
        Cardinalities.read(
            own,
            0,
            Cardinalities.KAGGLE,
            Cardinalities.TERABYTE,
            Cardinalities.AVAZU,
            Cardinalities.MLPERF);
    if (Arrays.stream(rows).max().orElse(0) < 2) {
      throw own.bad("cardinalities", "has no table of at least 2 rows");
    }
    return new SyntheticSpec(
        own.has("seed") ? own.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE) : context.seed(),
        own.longInteger("rows", 1, 1L << 50),
        Cardinalities.tables(rows, t -> "C" + (t + 1)),
        BagLaw.read(own, rows.length),
        pooling(own),
        own.integer("dense", 0, 4096),
        own.number("zipf", 0, 10),
        own.share("missing", 0, 1),
        own.share("click-rate", 0.001, 0.999),
        own.number("signal", 0, 20),
        own.share("dense-share", 0, 0.5),
        own.share("pair-share", 0, 0.5),
        own.integer("pairs", 0, 4096),
        own.number("half-rank", 1e-6, 1e12));
  }

  private static Pooling pooling(Settings own) {
    List<String> names = Stream.of(Pooling.values()).map(Pooling::configName).toList();
    return Pooling.valueOf(own.choice("pooling", names).toUpperCase(Locale.ROOT));
  }

  /** One feature for each table. */
  BatchSchema schema() {
    var features =
        IntStream.range(0, tables.size())
            .mapToObj(t -> bags.get(t).feature(tables.get(t).name(), t, pooling))
            .toList();
    return new BatchSchema(denseWidth, tables, features, EnumSet.of(Column.LABEL, Column.TRUTH));
  }

  /** Expected lookups of a sample. */
  double meanLookups() {
    return bags.stream().mapToDouble(BagLaw::meanSize).sum();
  }
}
