package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.farsight.api.FarsightException;
import dev.farsight.testkit.fuzz.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that are not as they should be: one line, with the file and, where there is one, the row.
 */
class DamagedFilesTest {

  private static final String SCHEMA =
      "required int32 label; optional double price; optional int64 user;";
  private static final int LONGEST_MESSAGE = 700;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("a.parquet");
  }

  private static Consumer<Group> row(double price) {
    return group -> group.append("label", 1).append("price", price).append("user", 5L);
  }

  private String conf(String price) {
    return """
        path = "%s/*.parquet"
        parquet { dense = [%s], categorical = [{ column = user, rows = 9, kind = integer }] }
        """
        .formatted(folder, price);
  }

  private void refused(String conf, String message) {
    assertThatThrownBy(() -> Opened.train(conf))
        .isInstanceOf(FarsightException.class)
        .hasMessage(message);
  }

  private void write(List<Consumer<Group>> rows) throws IOException {
    WrittenFile.PLAIN.groupsOf(2).write(file(), SCHEMA, rows);
  }

  @Test
  void missingColumns() throws IOException {
    write(List.of(row(1)));
    refused(
        conf("prise"),
        file() + ": has no column prise; did you mean price? (columns found: label, price, user)");
    refused(
        conf("price") + "parquet.label = clicked",
        file() + ": has no column clicked (columns found: label, price, user)");
  }

  @Test
  void malformedValuesAreNamedByRow() throws IOException {
    write(List.of(row(1), row(2), row(Double.NaN)));
    refused(conf("price"), file() + ": row 3: column price: 'NaN' is not a number");
    write(List.of(row(1), row(1e300)));
    refused(
        conf("price"), file() + ": row 2: column price: '1.0E300' is not finite as a 32-bit float");
    WrittenFile.PLAIN.write(
        file(),
        "required int32 label; required binary price (STRING); required int64 user;",
        List.of(group -> group.append("label", 0).append("price", "cheap").append("user", 1L)));
    refused(conf("price"), file() + ": row 1: column price: 'cheap' is not a number");
    WrittenFile.PLAIN.write(file(), SCHEMA, List.of(row(1), group -> group.append("label", 2)));
    refused(conf("price"), file() + ": row 2: label '2' is neither 0 nor 1");
  }

  @Test
  void filesOfDifferentSchemas() throws IOException {
    write(List.of(row(1)));
    Path other = folder.resolve("b.parquet");
    WrittenFile.PLAIN.write(
        other,
        "required int64 label; optional float price; optional binary user (STRING);",
        List.of(group -> group.append("label", 1L).append("price", 1f).append("user", "5")));
    assertThat(Opened.train(conf("price")))
        .as("other types for the same values")
        .hasSize(2)
        .allMatch(row -> row.bags().get(0).get(0) == 5);
    WrittenFile.PLAIN.write(other, "required int32 label; required int64 user;", List.of());
    refused(conf("price"), other + ": has no column price (columns found: label, user)");
  }

  @Test
  void filesThatAreNoParquet() throws IOException {
    Files.writeString(file(), "label,price,user\n1,2,3\n");
    refused(
        conf("price"),
        file()
            + ": is no Parquet file; to read some files of a folder, give a glob such as *.parquet");
    Files.writeString(file(), "");
    refused(conf("price"), file() + ": is empty");
    Files.writeString(file(), "PARE................PARE");
    refused(conf("price"), file() + ": is encrypted, which cannot be read");
    write(List.of());
    refused(conf("price"), file() + ": has no rows");
  }

  @Test
  void filesCutAnywhere() throws IOException {
    write(List.of(row(1), row(2), row(3)));
    byte[] whole = Files.readAllBytes(file());
    for (int length = 4; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      refused(
          conf("price"),
          file() + ": is cut off, or still being written: it does not end as a Parquet file does");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodecName.class,
      names = {"BROTLI", "LZO", "LZ4"})
  void otherCodecs(CompressionCodecName codec) throws IOException {
    new WrittenFile(codec, true, WriterVersion.PARQUET_1_0, 100)
        .write(file(), SCHEMA, List.of(row(1)));
    refused(
        conf("price"),
        "%s: row group 1 of 1: is compressed by %s, which cannot be read; write it with zstd, snappy, gzip, lz4_raw or without compression"
            .formatted(file(), codec.name().toLowerCase(Locale.ROOT)));
  }

  @Test
  void aFileThatChanges() throws IOException {
    write(List.of(row(1), row(2), row(3)));
    try (var source = Opened.open(new ParquetFactory(), conf("price"), 1)) {
      write(List.of(row(1)));
      assertThatThrownBy(() -> Opened.rows(source.train(0), 7))
          .hasMessage(file() + ": has other row groups than when it was opened; was it changed?");
    }
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void damagedFilesAreReadOrNamed() throws IOException {
    fuzz(40, System.nanoTime());
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
  void manyDamagedFilesAreReadOrNamed() throws IOException {
    fuzz(2_000, System.nanoTime());
  }

  private void fuzz(int count, long seed) throws IOException {
    for (WrittenFile how : EqualsCsvTest.ways().toList()) {
      Path whole = folder.resolve("whole");
      String conf = new RandomRows(120, 1).parquet(how, whole, 1) + "on-bad-row = skip\n";
      Path part = whole.resolve("part-0.parquet");
      var mutations = new Mutations(Files.readAllBytes(part), seed);
      for (int m = 0; m < count; m++) {
        var mutant = mutations.mutant(m);
        Files.write(part, mutant.bytes());
        try {
          Opened.train(conf);
        } catch (FarsightException e) {
          assertThat(e.getMessage())
              .as("%s, %s", how, mutant)
              .startsWith(whole.toString())
              .doesNotContain("\n")
              .hasSizeLessThan(LONGEST_MESSAGE);
        } catch (RuntimeException | Error e) {
          fail(how + ", " + mutant, e);
        }
      }
    }
  }
}
