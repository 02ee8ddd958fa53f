package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows give the same batches from csv and from Parquet, however it is written. */
class EqualsCsvTest {

  private static final int ROWS = 701;

  @TempDir Path folder;

  static Stream<WrittenFile> ways() {
    var ways = new ArrayList<WrittenFile>();
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW)) {
      for (WriterVersion version : List.of(WriterVersion.PARQUET_1_0, WriterVersion.PARQUET_2_0)) {
        ways.add(new WrittenFile(codec, true, version, 100));
        ways.add(new WrittenFile(codec, false, version, 1_000));
      }
    }
    return ways.stream();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sameBatches(WrittenFile how) throws IOException {
    long seed = System.nanoTime();
    var rows = new RandomRows(ROWS, seed);
    String csv = rows.csv(folder.resolve("csv"));
    String parquet = rows.parquet(how, folder.resolve("parquet"), 3);
    List<Opened.Row> expected = Opened.train(new CsvFactory(), csv);
    assertThat(expected).hasSize(ROWS);
    assertThat(Opened.train(parquet)).as("seed " + seed).isEqualTo(expected);
  }

  @Test
  void sameSplit() throws IOException {
    long seed = System.nanoTime();
    var rows = new RandomRows(ROWS, seed);
    String split = "\neval-fraction = 0.37\n";
    String csv = rows.csv(folder.resolve("csv")) + split;
    String parquet = rows.parquet(WrittenFile.PLAIN, folder.resolve("parquet"), 2) + split;
    try (var expected = Opened.open(new CsvFactory(), csv, 2);
        var actual = Opened.open(new ParquetFactory(), parquet, 3)) {
      assertThat(actual.trainSamples()).isEqualTo(expected.trainSamples());
      assertThat(Opened.rows(actual.train(0), 64))
          .as("seed " + seed)
          .isEqualTo(Opened.rows(expected.train(0), 64));
      assertThat(Opened.rows(actual.eval(), 5))
          .as("seed " + seed)
          .isEqualTo(Opened.rows(expected.eval(), 5));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "column = visits, at-least = 2000",
        "column = shop, values = [shop1, shop2, shop33, \"\"]",
        "column = user, values = [3, \"\", 5]",
        "column = label, values = 1"
      })
  void sameSplitByAColumn(String where) throws IOException {
    long seed = System.nanoTime();
    var rows = new RandomRows(ROWS, seed);
    String split = "\neval-where { " + where + " }\n";
    String csv = rows.csv(folder.resolve("csv")) + split;
    String parquet = rows.parquet(WrittenFile.PLAIN, folder.resolve("parquet"), 3) + split;
    try (var expected = Opened.open(new CsvFactory(), csv, 2);
        var actual = Opened.open(new ParquetFactory(), parquet, 3)) {
      assertThat(actual.trainSamples()).isPositive().isEqualTo(expected.trainSamples());
      assertThat(actual.evalSamples()).isPositive().isEqualTo(ROWS - actual.trainSamples());
      assertThat(Opened.rows(actual.train(0), 64))
          .as("seed " + seed)
          .isEqualTo(Opened.rows(expected.train(0), 64));
      assertThat(Opened.rows(actual.eval(), 5))
          .as("seed " + seed)
          .isEqualTo(Opened.rows(expected.eval(), 5));
    }
  }

  /** Raw values, by column and value. */
  private static final class Seen implements ValueObserver, ValueObserver.Values {

    final Map<String, Integer> counts = new ConcurrentSkipListMap<>();

    @Override
    public Values values() {
      return this;
    }

    @Override
    public void dense(int column, double value) {
      counts.merge("dense " + column + ": " + value, 1, Integer::sum);
    }

    @Override
    public void categorical(int feature, long value) {
      counts.merge("feature " + feature + ": " + value, 1, Integer::sum);
    }

    @Override
    public void missing(int feature) {
      counts.merge("feature " + feature + ": missing", 1, Integer::sum);
    }
  }

  private static Map<String, Integer> seen(DataSourceFactory factory, String conf, boolean eval) {
    try (var source = Opened.open(factory, conf + "\neval-fraction = 0.3\n", 2)) {
      var seen = new Seen();
      assertThat(source.observe(seen)).isTrue();
      Opened.rows(eval ? source.eval() : source.train(0), 50);
      return seen.counts;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sameObservedValues(boolean eval) throws IOException {
    long seed = System.nanoTime();
    var rows = new RandomRows(ROWS, seed);
    String csv = rows.csv(folder.resolve("csv"));
    String parquet = rows.parquet(WrittenFile.PLAIN, folder.resolve("parquet"), 2);
    Map<String, Integer> expected = seen(new CsvFactory(), csv, eval);
    assertThat(expected).containsKeys("dense 0: NaN", "feature 0: missing", "feature 3: missing");
    assertThat(seen(new ParquetFactory(), parquet, eval)).as("seed " + seed).isEqualTo(expected);
  }
}
