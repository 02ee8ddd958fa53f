package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow and DuckDB wrote, as write_files.py has it, hold the rows of the csv file. */
class OthersFilesTest {

  private static final Path SCRIPT = Path.of("src/test/python/write_files.py");
  private static final Path FOLDER = Path.of("src/test/resources/dev/farsight/parquet/source");

  private static final String COLUMNS =
      """
      %s {
        dense = [visits, { column = price, transform = none, buckets = true }]
        categorical = [
          { column = user, rows = 1000, kind = integer }
          { column = shop, rows = 100, kind = string }
          { column = seen, rows = 50, kind = integer, max-lookups = 9 %s }
          { column = tags, rows = 70, kind = string, max-lookups = 9 %s }
        ]
      }
      """;

  @TempDir Path folder;

  @Test
  void filesThatWereWrittenOnce() throws IOException {
    assertSameRows(FOLDER, 8);
  }

  /**
   * The environment variable PYTHON may name a Python, and PYTHONPATH where it finds the writer.
   */
  @ParameterizedTest
  @ValueSource(strings = {"pyarrow", "duckdb"})
  void filesThatAreWrittenNow(String writer) throws Exception {
    assumeTrue(python("-c", "import " + writer) == 0, "no Python with " + writer);
    assertThat(python(SCRIPT.toString(), folder.toString(), writer)).isZero();
    assertSameRows(folder, writer.equals("pyarrow") ? 6 : 2);
  }

  private static void assertSameRows(Path in, int count) throws IOException {
    String separator = ", separator = \"|\"";
    List<Opened.Row> expected =
        Opened.train(
            new CsvFactory(),
            path(in.resolve("rows.csv")) + COLUMNS.formatted("csv", separator, separator));
    assertThat(expected).hasSize(150);
    try (var files = Files.newDirectoryStream(in, "*.parquet")) {
      int seen = 0;
      for (Path file : files) {
        assertThat(Opened.train(path(file) + COLUMNS.formatted("parquet", "", "")))
            .as(file.toString())
            .isEqualTo(expected);
        seen++;
      }
      assertThat(seen).isEqualTo(count);
    }
  }

  private static String path(Path file) {
    return "path = \"" + file + "\"\n";
  }

  private static int python(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(System.getenv().getOrDefault("PYTHON", "python3"));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no Python
    }
  }
}
