package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Pipe;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and when the training part is read at all. */
@Timeout(60)
class FitSettingsTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final String COLUMNS =
      "csv { dense = [{ column = x, transform = %s }], categorical = [{ column = c, rows = 9, kind = integer, min-count = %d }] }";
  private static final String TEXT = "label,x,c\n1,2,3\n0,4,3\n1,9,4\n";

  @TempDir Path folder;

  private static DataContext context(Path file, double fraction, String transform, int minCount) {
    return Opened.context(
        "csv",
        "path = \"%s\", eval-fraction = %s, ".formatted(file, fraction)
            + COLUMNS.formatted(transform, minCount),
        1,
        1);
  }

  private static DataContext once(DataContext any, FittedData fitted) {
    return new DataContext(
        any.data(), any.own(), any.batchSize(), any.seed(), any.threads(), null, fitted);
  }

  private static List<List<Integer>> indices(DataContext context) {
    try (DataSource source = CSV.open(context);
        var pass = source.trainSamples() == 0 ? source.eval() : source.train(0)) {
      return Opened.rows(pass, 2).stream().map(Opened.Row::indices).toList();
    }
  }

  private Path saved(DataContext context, String name) throws IOException {
    Path into = Files.createDirectory(folder.resolve(name));
    try (DataSource source = CSV.open(context)) {
      source.saveFitted(into);
    }
    return into;
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void whatIsFoundOutIsSavedAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("f.csv"), TEXT);
    assertThat(names(saved(context(file, 0, "log", 1), "none"))).isEmpty();
    assertThat(names(saved(context(file, 0, "standard", 1), "scale")))
        .containsExactly("fitted.json");
    assertThat(names(saved(context(file, 0, "log", 2), "rows")))
        .containsExactlyInAnyOrder("fitted.json", "c.kept.npy");
    assertThat(indices(context(file, 0, "log", 2)))
        .containsExactly(List.of(3), List.of(3), List.of(9));
    // The last row is not for training.
    assertThat(indices(context(file, 0.3, "log", 2))).containsExactly(List.of(3), List.of(3));
    try (DataSource one = CSV.open(context(file, 0, "log", 1));
        DataSource other = CSV.open(context(file, 0, "standard", 2))) {
      assertThat(other.contentIdentity()).isEqualTo(one.contentIdentity());
    }
  }

  @Test
  void aPipeCanBeReadByWhatIsKnownOnly() throws Exception {
    Path file = Files.writeString(folder.resolve("f.csv"), TEXT);
    Path saved = saved(context(file, 0, "standard", 2), "saved");
    Path pipe = Pipe.make(folder.resolve("pipe"));
    assertThatThrownBy(() -> CSV.open(once(context(pipe, 0, "log", 2), null)))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(
            pipe
                + " can be read only once, as it is no regular file, and min-count of table c needs"
                + " a pass over the training part before; do without, or save the data in a file"
                + " first");
    assertThatThrownBy(() -> CSV.open(once(context(pipe, 0, "standard", 1), null)))
        .hasMessageContaining(
            "and transform = standard of column x without mean and deviation needs a pass");
    assertThatThrownBy(
            () -> CSV.open(once(context(pipe, 0, "standard", 2), new FittedData(saved, true))))
        .hasMessageContaining("min-count of table c needs a pass");
    for (double fraction : new double[] {0, 1}) {
      Pipe.bash("cat \"$1\" >\"$2\"", file, pipe);
      DataContext known =
          once(context(pipe, fraction, "standard", 2), new FittedData(saved, false));
      assertThat(indices(known)).containsExactly(List.of(3), List.of(3), List.of(9));
    }
  }

  @Test
  void thereMustBeATrainingPart() throws IOException {
    Path file = Files.writeString(folder.resolve("f.csv"), TEXT);
    assertThatThrownBy(() -> CSV.open(context(file, 1, "log", 2)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "farsight.data.eval-fraction leaves no row for training, and min-count of table c needs"
                + " a pass over the training part; do without, or evaluate a model that was trained"
                + " with it");
    FittedData known = new FittedData(saved(context(file, 0, "log", 2), "saved"), false);
    assertThat(indices(Opened.with(known, context(file, 1, "log", 2)))).hasSize(3);
    Path unlabelled = Files.writeString(folder.resolve("u.csv"), "x,c\n2,3\n");
    DataContext without =
        Opened.context(
            "csv",
            "path = \"%s\", csv.label = null, ".formatted(unlabelled) + COLUMNS.formatted("log", 2),
            1,
            1);
    assertThatThrownBy(() -> CSV.open(without))
        .hasMessage(
            unlabelled + ": has no label column, so it can only be evaluated: eval-fraction = 1");
  }

  @Test
  void malformedRowsAreToldAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("f.csv"), TEXT + "1,?,3\n1,?,3\n");
    assertThatThrownBy(() -> CSV.open(context(file, 0, "standard", 1)))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(file + ":5: column x: '?' is not a number");
    // The evaluation part is not looked at.
    assertThat(indices(context(file, 0.4, "standard", 2))).hasSize(3);
  }

  @Test
  void complainsAboutSettings() {
    complains("min-count = 0", "min-count: 0 is not a whole number from 1 to 255");
    complains("min-count = 256", "min-count: 256 is not a whole number from 1 to 255");
    complains("min-count = 2, min-count-sample = 0", "min-count-sample: 0 is not a whole number");
    complains(
        "categorical = [{ column = c, rows = 9, kind = hex }, { column = d, table = c, min-count = 2 }]",
        "categorical[2].min-count: 2 must not be given with table: that of entry c counts");
    complains(
        "categorical = [{ column = c, rows = 2147483647, kind = hex, min-count = 2 }]",
        "min-count: 2 is possible for tables of at most 2147483639 rows, and c has 2147483647");
  }

  private void complains(String conf, String complaint) {
    Path file = folder.resolve("g.csv");
    assertThatThrownBy(
            () -> {
              Files.writeString(file, "label,c,d\n1,2,3\n");
              String columns = "categorical = [{ column = c, rows = 9, kind = hex }]\n";
              CSV.open(
                      Opened.context(
                          "csv",
                          "path = \"%s\", csv { %s%s }".formatted(file, columns, conf),
                          1,
                          1))
                  .close();
            })
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(complaint);
  }
}
