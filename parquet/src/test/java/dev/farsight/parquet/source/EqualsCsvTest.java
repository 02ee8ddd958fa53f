package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
}
