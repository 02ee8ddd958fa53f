package dev.farsight.spark;

import static org.apache.spark.sql.functions.sum;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.bench.stats.PartCounting;
import dev.farsight.bench.stats.PartSummary;
import dev.farsight.bench.stats.RowTally;
import dev.farsight.engine.statistics.RowCounts;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Counts parts of data by tasks, a stretch of rows each. Spark SQL adds up the counts of rows,
 * which then come to the driver one by one, as do the summaries of stretches. The first batches,
 * which caches are tried with, are read by the driver.
 */
final class StatsJob implements PartCounting {

  private static final String ROW = "row";
  private static final String COUNT = "count";

  private static final StructType COUNTS =
      new StructType().add(ROW, DataTypes.LongType, false).add(COUNT, DataTypes.LongType, false);

  private final Jobs jobs;
  private final SparkSource source;
  private final SavedFit fit;
  private final int batchSize;

  /**
   * @param source has opened the data
   * @param fit where tasks find what was found out
   */
  StatsJob(Jobs jobs, SparkSource source, SavedFit fit, int batchSize) {
    this.jobs = jobs;
    this.source = source;
    this.fit = fit;
    this.batchSize = batchSize;
  }

  @Override
  public PartSummary count(DataSource data, boolean evaluation, RowCounts counts, Batches first) {
    OpenedData opened = source.opened(evaluation);
    var part = new OpenedPart(opened.data().with(fit.folder()), opened.survey(), evaluation);
    long rows = opened.rows(evaluation);
    List<RowRange> ranges = RowRange.of(rows, source.taskRows(rows));
    boolean countsRows = counts != null;
    var total = new PartSummary(data.schema());
    JavaRDD<StatsPiece> pieces =
        jobs.each(ranges)
            .flatMap(range -> new StatsStretch(part, range, countsRows))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      String what = countsRows ? "counting lookups" : "reading the evaluation data";
      jobs.run(what, () -> add(pieces, total, counts));
    } finally {
      pieces.unpersist();
    }
    readFirst(data, evaluation, first);
    return total;
  }

  private Void add(JavaRDD<StatsPiece> pieces, PartSummary total, RowCounts counts) {
    pieces.count(); // all tasks at once; the iterator runs one after the other
    pieces
        .filter(piece -> piece.summary() != null)
        .toLocalIterator()
        .forEachRemaining(piece -> total.add(piece.summary()));
    if (counts != null) {
      JavaRDD<Row> counted =
          pieces.filter(piece -> piece.rows() != null).flatMap(piece -> rowsOf(piece.rows()));
      jobs.session()
          .createDataFrame(counted, COUNTS)
          .groupBy(ROW)
          .agg(sum(COUNT))
          .toLocalIterator()
          .forEachRemaining(row -> counts.add(row.getLong(0), row.getLong(1)));
    }
    return null;
  }

  private static Iterator<Row> rowsOf(RowTally tally) {
    return IntStream.range(0, tally.size())
        .mapToObj(i -> RowFactory.create(tally.row(i), (long) tally.count(i)))
        .iterator();
  }

  private void readFirst(DataSource data, boolean evaluation, Batches first) {
    if (!first.wantsMore()) {
      return;
    }
    try (BatchSource pass = evaluation ? data.eval() : data.train(0)) {
      var batch = new Batch(pass.schema(), batchSize, HostBuffers.plain());
      while (first.wantsMore() && pass.next(batch)) {
        first.accept(batch);
      }
    }
  }
}
