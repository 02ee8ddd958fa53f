package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code data head} prints, word by word. */
class DataHeadTest {

  @TempDir private Path folder;

  private String run(int columns, String... args) {
    var all = new ArrayList<>(List.of("data", "head"));
    all.addAll(List.of(args));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      Main.run(
          new Environment(Optional.of(folder), columns),
          new Interrupt(),
          outStream,
          errStream,
          all.toArray(String[]::new));
    }
    return err.toString(UTF_8) + out.toString(UTF_8);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String csv() throws IOException {
    String rows =
        """
        label,age,user,tags,scores
        1,2.5,7,3 4 5,0.5 1 -2
        0,,51,,
        1,0,-1,49,1e-3
        0,1,2,3,4
        """;
    return write(
        "csv.conf",
        """
        farsight.data {
          source = csv, path = "%s", eval-fraction = 0.25
          csv {
            dense = [{ column = age, transform = none }]
            categorical = [
              { column = user, rows = 50, kind = integer }
              { column = tags, rows = 50, kind = integer, separator = " ", max-lookups = 3, weights = scores }
            ]
          }
        }
        """
            .formatted(write("rows.csv", rows)));
  }

  @Test
  void bagsWithWeights() throws IOException {
    assertThat(run(100, csv()))
        .isEqualTo(
            """
            training part: 3 samples

            sample           1                             2    3
            label            1                             0    1
            dense features:
              age            2.5                           0.0  0.0
            rows looked up:
              user           7                             1    49
              tags           [3 x 0.5, 4 x 1.0, 5 x -2.0]  []   [49 x 0.001]
            """);
  }

  @Test
  void theEvaluationPart() throws IOException {
    assertThat(run(0, csv(), "--eval"))
        .isEqualTo(
            """
            evaluation part: 1 sample

            sample           1
            label            0
            dense features:
              age            1.0
            rows looked up:
              user           2
              tags           [3 x 4.0]
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 133, 200})
  void anyWidthShowsAllValuesOfCriteo(int columns) throws IOException {
    String row = "1\t" + "7\t".repeat(13) + "0000001f\t".repeat(25) + "0000001f\n";
    String conf =
        write(
            "criteo.conf",
            """
            farsight.data { source = criteo, path = "%s", eval-fraction = 0, criteo.cardinalities = %s }
            """
                .formatted(write("rows.txt", row.repeat(30)), Collections.nCopies(26, 20)));
    String printed = run(columns, conf, "--rows", "20");
    assertThat(printed.lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThan(columns + 1));
    List<String> c26 = printed.lines().filter(line -> line.startsWith("  C26")).toList();
    assertThat(String.join(" ", c26).replace("C26", "").split("\\D+"))
        .filteredOn("11"::equals)
        .hasSize(20);
    assertThat(printed.lines().filter(line -> line.matches("  I13 .*2\\.1972246.*")))
        .hasSize(c26.size());
    assertThat(c26.size()).isEqualTo((20 + samplesABlock(columns) - 1) / samplesABlock(columns));
  }

  /** Dense values take nine columns, the names 18, and there are two between columns. */
  private static int samplesABlock(int columns) {
    return (columns - "dense features:".length()) / (2 + "2.1972246".length());
  }

  @Test
  void longBagsAreCut() throws IOException {
    String conf =
        write(
            "bags.conf",
            """
            farsight.data.synthetic { rows = 50, cardinalities = [900, 1000000], dense = 0, hotness = [1, 100] }
            """);
    for (int columns : new int[] {60, 80, 200}) {
      String printed = run(columns, conf, "--rows", "4");
      assertThat(printed.lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThan(columns + 1));
      assertThat(printed).contains(", ... of 100]").contains("true probability");
    }
  }

  @Test
  void theOrderIsThatOfTheFiles() throws IOException {
    String conf = csv();
    assertThat(run(100, conf, "--set", "data.shuffle=2 samples")).isEqualTo(run(100, conf));
  }
}
