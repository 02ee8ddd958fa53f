package dev.farsight.reading.internal.record;

import dev.farsight.api.table.Table;
import dev.farsight.reading.internal.vocabulary.FrequentValues;
import dev.farsight.reading.internal.vocabulary.Mix;
import dev.farsight.reading.internal.vocabulary.Tally;
import dev.farsight.reading.internal.vocabulary.Vocabulary;
import dev.farsight.reading.pieces.RecordPieces.ValueTally;
import dev.farsight.reading.pieces.RowMoments;
import dev.farsight.reading.pieces.ValueCount;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/** Joins what was found out in pieces. */
final class PieceFit {

  private PieceFit() {}

  /** Tables whose most frequent values alone are kept. */
  static List<Integer> limitedTables(FitNeeds needs) {
    return needs.vocabularies().stream()
        .filter(table -> Tally.limits(needs.columns().tables().get(table)))
        .toList();
  }

  /** Adds what a row has in columns to their moments. */
  static void measure(ParsedRow row, int[] columns, double[] missing, Moments[] into) {
    for (int c = 0; c < columns.length; c++) {
      double value = row.dense(columns[c]);
      double number = Double.isNaN(value) ? missing[c] : value;
      if (!Double.isNaN(number)) {
        into[c].add(number);
      }
    }
  }

  /** Moments as numbers. */
  static RowMoments pack(List<Moments> moments) {
    return new RowMoments(
        moments.stream().mapToLong(Moments::count).toArray(),
        moments.stream().mapToDouble(Moments::mean).toArray(),
        moments.stream().mapToDouble(Moments::squares).toArray());
  }

  /** All that is known then. */
  static Fitted join(
      FitNeeds needs,
      List<ValueTally> tallies,
      Iterator<ValueCount> counts,
      Iterator<RowMoments> moments) {
    Map<Integer, KeptRows> kept = new TreeMap<>();
    Map<Integer, Vocabulary> vocabularies = new TreeMap<>();
    var ordered = new TableOrder(counts);
    for (int table = 0; table < needs.columns().tables().size(); table++) {
      if (needs.vocabularies().contains(table)) {
        vocabularies.put(table, vocabulary(needs, table, tallies, ordered));
      } else if (needs.countedTables().contains(table)) {
        kept.put(table, kept(needs, table, ordered));
      }
    }
    return new Fitted(kept, vocabularies, scales(needs.fittedColumns(), moments));
  }

  private static Vocabulary vocabulary(
      FitNeeds needs, int number, List<ValueTally> tallies, TableOrder counts) {
    Table table = needs.columns().tables().get(number);
    var tally = Tally.of(table);
    if (Tally.limits(table)) {
      tallies.stream()
          .filter(of -> of.table() == number)
          .forEach(of -> tally.add(of.count(), of.values()));
      tally.end();
    }
    try (var chosen = new FrequentValues(table, tally)) {
      while (counts.hasNext(number)) {
        ValueCount next = counts.next();
        chosen.offer(next.mixed(), next.count());
      }
      return chosen.end();
    }
  }

  private static KeptRows kept(FitNeeds needs, int number, TableOrder counts) {
    int rows = needs.columns().tables().get(number).rows() - 1;
    var frequent = new BitSet(rows);
    while (counts.hasNext(number)) {
      frequent.set(Math.toIntExact(Mix.value(counts.next().mixed())));
    }
    return new KeptRows(rows, frequent);
  }

  private static Map<Integer, Scale> scales(List<Integer> columns, Iterator<RowMoments> pieces) {
    var all = new Moments[columns.size()];
    for (int c = 0; c < all.length; c++) {
      all[c] = new Moments();
    }
    while (pieces.hasNext() && all.length > 0) {
      RowMoments piece = pieces.next();
      for (int at = 0; at < piece.counts().length; at++) {
        all[at % all.length].merge(
            Moments.of(piece.counts()[at], piece.means()[at], piece.squares()[at]));
      }
    }
    Map<Integer, Scale> scales = new TreeMap<>();
    for (int c = 0; c < all.length; c++) {
      scales.put(columns.get(c), all[c].scale());
    }
    return scales;
  }

  /** Counts that come ordered by table. */
  private static final class TableOrder {

    private final Iterator<ValueCount> counts;
    private ValueCount ahead;

    TableOrder(Iterator<ValueCount> counts) {
      this.counts = counts;
    }

    boolean hasNext(int table) {
      if (ahead == null && counts.hasNext()) {
        ahead = counts.next();
      }
      return ahead != null && ahead.table() == table;
    }

    ValueCount next() {
      if (ahead == null) {
        throw new NoSuchElementException();
      }
      ValueCount next = ahead;
      ahead = null;
      return next;
    }
  }
}
