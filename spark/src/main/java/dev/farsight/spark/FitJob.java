package dev.farsight.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.farsight.reading.pieces.DataSurvey;
import dev.farsight.reading.pieces.RecordPieces;
import dev.farsight.reading.pieces.RecordPieces.ValueTally;
import dev.farsight.reading.pieces.RowMoments;
import dev.farsight.reading.pieces.ValueCount;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Finds out what a training part is like: values and rows are counted by Spark SQL, and those that
 * are frequent come to the driver in the order of a vocabulary. Moments come in the order of the
 * rows, since sums of floating point numbers depend on it. The driver holds neither; they go
 * through it one by one.
 */
final class FitJob {

  private static final String TABLE = "table";
  private static final String KEY = "key";
  private static final String COUNT = "count";

  /** The order of keys, which are signed, is the unsigned one of what they stand for. */
  private static final long SIGN = Long.MIN_VALUE;

  private static final StructType COUNTS =
      new StructType()
          .add(TABLE, DataTypes.IntegerType, false)
          .add(KEY, DataTypes.LongType, false)
          .add(COUNT, DataTypes.LongType, false);

  private final Jobs jobs;
  private final TaskData data;
  private final DataSurvey survey;
  private final long taskRows;

  /**
   * @param taskRows rows that a task looks at, about
   */
  FitJob(Jobs jobs, TaskData data, DataSurvey survey, long taskRows) {
    this.jobs = jobs;
    this.data = data;
    this.survey = survey;
    this.taskRows = taskRows;
  }

  /** Runs the jobs, and writes what they found into an empty folder. */
  void write(RecordPieces pieces, Path folder) {
    Dataset<Row> counts = pieces.hasCounts() ? counts(pieces.enough()) : null;
    JavaRDD<RowMoments> moments = pieces.hasMoments() ? moments() : null;
    try {
      jobs.run(
          "finding out what the training part is like",
          () -> {
            pieces.saveFitted(
                folder,
                counts == null ? List.of() : tallies(counts, pieces.limitedTables()),
                counts == null ? Collections.emptyIterator() : ordered(counts),
                moments == null ? Collections.emptyIterator() : ordered(moments));
            return null;
          });
    } finally {
      if (counts != null) {
        counts.unpersist();
      }
      if (moments != null) {
        moments.unpersist();
      }
    }
  }

  private Dataset<Row> counts(int[] enough) {
    TaskData of = data;
    DataSurvey files = survey;
    JavaRDD<Row> counted =
        jobs.each(RowRange.of(survey.train(), taskRows))
            .flatMap(range -> new CountRows(of.pieces().counts(files, range.from(), range.to())));
    Column least =
        element_at(
            array(Arrays.stream(enough).mapToObj(n -> lit((long) n)).toArray(Column[]::new)),
            col(TABLE).plus(1));
    return jobs.session()
        .createDataFrame(counted, COUNTS)
        .groupBy(TABLE, KEY)
        .agg(sum(COUNT).as(COUNT))
        .filter(col(COUNT).geq(least))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  private static List<ValueTally> tallies(Dataset<Row> counts, List<Integer> tables) {
    if (tables.isEmpty()) {
      return List.of();
    }
    return counts
        .filter(col(TABLE).isin(tables.toArray()))
        .groupBy(col(TABLE), col(COUNT).as("times"))
        .count()
        .collectAsList()
        .stream()
        .map(row -> new ValueTally(row.getInt(0), row.getLong(1), row.getLong(2)))
        .toList();
  }

  private static Iterator<ValueCount> ordered(Dataset<Row> counts) {
    Iterator<Row> rows = counts.orderBy(TABLE, KEY).toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public ValueCount next() {
        Row row = rows.next();
        return new ValueCount(row.getInt(0), row.getLong(1) ^ SIGN, row.getLong(2));
      }
    };
  }

  private JavaRDD<RowMoments> moments() {
    TaskData of = data;
    DataSurvey files = survey;
    long blocks = (taskRows + RecordPieces.BLOCK_ROWS - 1) / RecordPieces.BLOCK_ROWS;
    return jobs.each(RowRange.of(survey.train(), blocks * RecordPieces.BLOCK_ROWS))
        .map(range -> of.pieces().moments(files, range.from(), range.to()))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Iterating alone would run one task after the other. */
  private static Iterator<RowMoments> ordered(JavaRDD<RowMoments> moments) {
    moments.count();
    return moments.toLocalIterator();
  }

  /** Counts as rows of a data frame. */
  private record CountRows(Iterator<ValueCount> counts) implements Iterator<Row> {

    @Override
    public boolean hasNext() {
      return counts.hasNext();
    }

    @Override
    public Row next() {
      ValueCount count = counts.next();
      return RowFactory.create(count.table(), count.mixed() ^ SIGN, count.count());
    }
  }
}
