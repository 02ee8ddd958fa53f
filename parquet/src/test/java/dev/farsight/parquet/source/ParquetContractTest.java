package dev.farsight.parquet.source;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;

class ParquetContractTest extends DataSourceContract {

  private static final String SPLIT = "eval-fraction = 0.2\n";

  @Override
  protected DataSourceFactory factory() {
    return new ParquetFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("one-hot", folder -> oneHot(folder, 1_000) + SPLIT),
        new DataCase(
            "lists, weights and what is found out, in several files",
            folder -> new RandomRows(519, 1).parquet(WrittenFile.PLAIN, folder, 3) + SPLIT),
        new DataCase(
            "no labels",
            folder -> oneHot(folder, 1_000) + "eval-fraction = 1\nparquet.label = null"),
        new DataCase("malformed rows", folder -> oneHot(folder, 7) + SPLIT + "on-bad-row = skip\n")
            .droppingRows());
  }

  /**
   * @param worst one row of so many is malformed
   */
  private static String oneHot(Path folder, int worst) throws IOException {
    List<Consumer<Group>> rows =
        IntStream.range(0, 519)
            .<Consumer<Group>>mapToObj(
                r ->
                    group -> {
                      group.append("label", r % 3 == 0 ? 1 : 0);
                      group.append("x", r % worst == worst - 1 ? Float.NaN : r / 8f);
                      group.append("user", "u" + r % 90);
                    })
            .toList();
    Path file =
        WrittenFile.PLAIN.write(
            folder.resolve("a.parquet"),
            "required int32 label; optional float x; optional binary user (STRING);",
            rows);
    return """
        path = "%s"
        parquet { dense = [x], categorical = [{ column = user, rows = 30, kind = string }] }
        """
        .formatted(file);
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("transform = sqrt", "transform"),
        new WrongSetting("min-count = 1000", "min-count"),
        new WrongSetting("on-long-bag = cut", "on-long-bag"),
        new WrongSetting("categorical = []", "categorical"),
        new WrongSetting(
            "categorical = [{ column = a, rows = 9, kind = integer, separator = \"|\" }]",
            "categorical"));
  }
}
