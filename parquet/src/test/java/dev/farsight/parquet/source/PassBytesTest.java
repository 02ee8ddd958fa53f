package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a pass follows from the largest row group and the columns that are read of it. */
class PassBytesTest {

  private static final int ROWS = 4_000;

  @TempDir Path folder;

  /** Random numbers, plain: 8 bytes for each value of a and b, and for each of label 4. */
  private Path write(int groupRows, CompressionCodecName codec) throws IOException {
    var random = new SplittableRandom(1);
    List<Consumer<Group>> rows =
        Stream.<Consumer<Group>>generate(
                () ->
                    row -> {
                      row.append("label", random.nextInt(2));
                      row.append("a", random.nextLong());
                      row.append("b", random.nextLong());
                    })
            .limit(ROWS)
            .toList();
    var how = new WrittenFile(codec, false, WriterVersion.PARQUET_1_0, groupRows);
    Path file = folder.resolve(codec + "-" + groupRows + ".parquet");
    return how.write(file, "required int32 label; required int64 a; required int64 b;", rows);
  }

  private static long passBytes(Path file, String... columns) {
    String categorical =
        Stream.of(columns)
            .map(column -> "{ column = " + column + ", rows = 9, kind = integer }")
            .toList()
            .toString();
    String conf = "path = \"" + file + "\"\nparquet.categorical = " + categorical;
    try (var source = Opened.open(new ParquetFactory(), conf, 1)) {
      return source.passBytes();
    }
  }

  @Test
  void packedAndUnpacked() throws IOException {
    long all = ROWS * 20;
    assertThat(passBytes(write(ROWS, CompressionCodecName.UNCOMPRESSED), "a", "b"))
        .isBetween(2 * all, 2 * all + all / 3);
    Path packed = write(ROWS, CompressionCodecName.ZSTD);
    assertThat(passBytes(packed, "a", "b"))
        .isBetween(all + Files.size(packed) * 4 / 5, all * 6 / 5 + Files.size(packed));
  }

  @Test
  void ofTheColumnsThatAreRead() throws IOException {
    long one = ROWS * 12;
    assertThat(passBytes(write(ROWS, CompressionCodecName.UNCOMPRESSED), "b"))
        .isBetween(2 * one, 2 * one + one / 3);
  }

  @Test
  void ofOneRowGroup() throws IOException {
    long group = 500 * 20;
    assertThat(passBytes(write(500, CompressionCodecName.UNCOMPRESSED), "a", "b"))
        .isBetween(2 * group, 2 * group + group / 2);
  }
}
