package dev.farsight.engine;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.engine.data.RunData;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the engine puts around a source keeps to the contract of sources. */
class RunDataContractTest extends DataSourceContract {

  /** Opens a source as runs do. */
  private record AsRunsDo(DataSourceFactory source) implements DataSourceFactory {

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public void check(DataContext context) {
      RunData.check(source, context.data());
      source.check(context);
    }

    @Override
    public DataSource open(DataContext context) {
      return RunData.open(source, context);
    }
  }

  @Override
  protected DataSourceFactory factory() {
    return new AsRunsDo(TestRun.builtIn().sources().get("csv"));
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("bags", folder -> settings(folder) + ", multi-hot = [3, 1, 7]"),
        new DataCase("files for evaluation", RunDataContractTest::withFilesForEvaluation),
        new DataCase("both", folder -> withFilesForEvaluation(folder) + ", multi-hot = [2, 5, 1]"),
        new DataCase("in random order", folder -> settings(folder) + ", shuffle = 50 samples"));
  }

  private static String withFilesForEvaluation(Path folder) throws IOException {
    String settings = settings(folder);
    Path eval = rows(folder.resolve("eval.csv"), 101, 3);
    return settings + ", eval-path = \"" + eval + "\"";
  }

  private static String settings(Path folder) throws IOException {
    return "path = \""
        + rows(folder.resolve("train.csv"), 451, 1)
        + """
        ", eval-fraction = 0.2, csv {
          dense = [{ column = price, transform = standard }]
          min-count = 2
          categorical = [
            { column = a, rows = 90, kind = integer }
            { column = b, rows = 1, kind = integer, min-count = 1 }
            { column = c, rows = 2000, kind = integer }
          ]
        }""";
  }

  private static Path rows(Path file, int count, int factor) throws IOException {
    var text = new StringBuilder("label,price,a,b,c\n");
    for (int row = 0; row < count; row++) {
      int number = row * row * factor % 997;
      text.append(row % 2).append(',').append(number).append(',').append(number % 89);
      text.append(",0,").append(number % 451).append('\n');
    }
    return Files.writeString(file, text);
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(new WrongSetting("separator = ab", "separator"));
  }
}
