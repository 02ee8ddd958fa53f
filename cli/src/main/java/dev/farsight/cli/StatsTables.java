package dev.farsight.cli;

import dev.farsight.bench.stats.DataStats;
import dev.farsight.bench.stats.DenseFigures;
import dev.farsight.bench.stats.ExpectedHits;
import dev.farsight.bench.stats.ExpectedHits.OfSize;
import dev.farsight.bench.stats.ExpectedHits.Ratios;
import dev.farsight.bench.stats.FeatureFigures;
import dev.farsight.bench.stats.PartFigures;
import dev.farsight.bench.stats.TableFigures;
import dev.farsight.cli.FittingTable.Column;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The statistics of a data set on the terminal. */
final class StatsTables {

  /** Where there is no terminal. */
  private static final int WIDE = 200;

  private static final int NARROW = 60;
  private static final String UNKNOWN = "-";

  private final DataStats stats;
  private final int width;
  private boolean complete = true;

  /**
   * @param columns of the terminal; 0 if there is none
   */
  StatsTables(DataStats stats, int columns) {
    this.stats = stats;
    width = columns == 0 ? WIDE : Math.max(NARROW, Math.min(columns, WIDE));
  }

  void print(PrintStream out) {
    parts(out);
    if (!stats.rawValues()) {
      out.println("This source has no raw values: what is missing, and how many values");
      out.println("there are, is not known.");
    }
    if (!stats.dense().isEmpty()) {
      out.println();
      dense(out);
    }
    out.println();
    features(out);
    out.println();
    expected(out);
    if (!complete) {
      out.println();
      out.println("A wider terminal shows more columns; so does --out.");
    }
  }

  private void parts(PrintStream out) {
    var table =
        table(
            new Column("PART", 0),
            new Column("ROWS", 1),
            new Column("CLICK RATE", 2),
            new Column("BAD ROWS", 3),
            new Column("TRUNCATED BAGS", 4));
    part(table, "training", stats.training());
    if (stats.evaluation() != null) {
      part(table, "evaluation", stats.evaluation());
    }
    print(table, out);
    long rows = stats.tables().stream().mapToLong(TableFigures::rows).sum();
    out.printf(
        Locale.ROOT,
        "%n%,d dense, %,d categorical features; %,d tables of %,d rows%n",
        stats.dense().size(),
        stats.features().size(),
        stats.tables().size(),
        rows);
  }

  private static void part(FittingTable table, String name, PartFigures part) {
    table.row(
        List.of(
            name,
            Amount.count(part.rows()),
            part.clickRate() == null ? UNKNOWN : percent(part.clickRate()),
            Amount.count(part.badRows()),
            Amount.count(part.truncatedBags())));
  }

  private void dense(PrintStream out) {
    var table =
        table(
            new Column("DENSE", 0),
            known("MISSING", 1),
            new Column("MIN", 3),
            new Column("MEAN", 2),
            new Column("DEVIATION", 2),
            new Column("MAX", 3));
    for (DenseFigures column : stats.dense()) {
      table.row(
          List.of(
              column.name(),
              share(column.missing()),
              number(column.min()),
              number(column.mean()),
              number(column.deviation()),
              number(column.max())));
    }
    print(table, out);
  }

  private void features(PrintStream out) {
    var table =
        table(
            new Column("FEATURE", 0),
            known("MISSING", 2),
            new Column("A SAMPLE", 6),
            new Column("MOST", 7),
            known("VALUES", 3),
            new Column("ROWS USED", 1),
            new Column("OF ROWS", 1),
            known("SHARED", 8),
            new Column("ONCE", 5),
            new Column("TOP 1", 10),
            new Column("TOP 10", 11),
            new Column("TOP 100", 9),
            new Column("TOP 1 %", 4),
            new Column("MIN-COUNT", 4));
    for (FeatureFigures feature : stats.features()) {
      TableFigures rows = stats.tables().get(feature.table());
      table.row(
          List.of(
              feature.name(),
              share(feature.missing()),
              String.format(Locale.ROOT, "%.2f", feature.meanLookups()),
              Amount.count(feature.mostLookups()),
              count(feature.values()),
              Amount.count(rows.usedRows()),
              Amount.count(rows.rows()),
              count(rows.sharedValues()),
              Amount.count(rows.onceRows()),
              percent(rows.top1()),
              percent(rows.top10()),
              percent(rows.top100()),
              percent(rows.topPercent()),
              Amount.count(rows.minCount())));
    }
    print(table, out);
    out.println("From ROWS USED on, figures are of the feature's table.");
  }

  private void expected(PrintStream out) {
    ExpectedHits expected = stats.expected();
    var table =
        table(
            new Column("CACHE", 0),
            new Column("SLOTS", 3),
            new Column("FREQUENT", 1),
            new Column("LFU", 1),
            new Column("CLAIRVOYANT", 2),
            new Column("UNIQUE: FREQUENT", 4),
            new Column("LFU", 4),
            new Column("CLAIRVOYANT", 4));
    for (OfSize size : expected.sizes()) {
      table.row(
          List.of(
              size.size(),
              Amount.count(size.slots()),
              lookups(size.mostFrequent()),
              lookups(size.lfu()),
              lookups(size.clairvoyant()),
              unique(size.mostFrequent()),
              unique(size.lfu()),
              unique(size.clairvoyant())));
    }
    print(table, out);
    out.println("Hits to expect. FREQUENT: if the most frequent rows stay.");
    boolean tooSmall = expected.sizes().stream().anyMatch(size -> size.lfu() == null);
    if (expected.batches() > 0) {
      if (tooSmall) {
        out.println("-: too few slots for a batch.");
      }
      out.printf(
          Locale.ROOT,
          "LFU, CLAIRVOYANT: batches 1 to %,d, from an empty cache%s.%n",
          expected.batches(),
          expected.rowShare() < 1
              ? ";\na sample of " + percent(expected.rowShare()) + " of the rows"
              : "");
    }
  }

  /** A column of figures of raw values. */
  private Column known(String title, int rank) {
    return new Column(title, stats.rawValues() ? rank : FittingTable.NEVER);
  }

  private FittingTable table(Column... columns) {
    return new FittingTable(List.of(columns));
  }

  private void print(FittingTable table, PrintStream out) {
    complete &= table.print(out, width);
  }

  private static String lookups(Ratios ratios) {
    return ratios == null ? UNKNOWN : ratio(ratios.lookups());
  }

  private static String unique(Ratios ratios) {
    return ratios == null ? UNKNOWN : ratio(ratios.uniqueRows());
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.4f", ratio);
  }

  private static String share(Double share) {
    return share == null ? UNKNOWN : percent(share);
  }

  private static String count(Long count) {
    return count == null ? UNKNOWN : Amount.count(count);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.4f", number);
  }
}
