package dev.farsight.datasets.csv;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.ContractData;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.util.List;
import java.util.Random;

class CsvContractTest extends DataSourceContract {

  private static final String SPLIT = "eval-fraction = 0.2\n";
  private static final String HEADER = "label,x,y,user,item,seen,scores\n";
  private static final String ROWS = ContractData.rows(1, CsvContractTest::row);

  /** Four features; two of them are bags in the table of a third, one with weights. */
  private static final String BAGS =
      """
      csv {
        on-long-bag = truncate
        dense = [x, { column = y, transform = [log, standard] }]
        categorical = [
          { column = user, rows = 100, kind = integer, min-count = 3 }
          { column = item, rows = 300, kind = string }
          { column = seen, table = item, separator = "|", max-lookups = 3, pooling = mean }
          { column = seen, name = rated, table = item, separator = "|", max-lookups = 9, weights = scores }
        ]
      }
      """;

  private static final String PLAIN =
      """
      csv {
        dense = [x], transform = none
        categorical = [{ column = user, rows = 100, kind = integer }, { column = item, rows = 30, kind = string }]
      }
      """;

  private static String row(Random random) {
    String seen = ContractData.bag(random, 1000, 5);
    String scores = seen.isEmpty() ? "" : "0.5" + "|-2".repeat(seen.split("\\|", -1).length - 1);
    return String.join(
        ",",
        "" + random.nextInt(2),
        ContractData.value(random, 100, "%d"),
        ContractData.value(random, 5000, "%d"),
        ContractData.value(random, 500, "%d"),
        ContractData.value(random, 500, "\"item, %d\""),
        seen,
        scores);
  }

  @Override
  protected DataSourceFactory factory() {
    return new CsvFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase(
            "one-hot", folder -> ContractData.file(folder, "a.csv", HEADER + ROWS) + SPLIT + PLAIN),
        new DataCase(
            "bags, weights and what is found out, in compressed files",
            folder -> ContractData.files(folder, HEADER, ROWS) + SPLIT + BAGS),
        new DataCase(
            "no header",
            folder ->
                ContractData.file(folder, "a.csv", ROWS)
                    + SPLIT
                    + "csv { header = false, label = 1, dense = [2], categorical = [{ column = 4, rows = 9, kind = integer }] }"),
        new DataCase(
            "no labels",
            folder ->
                ContractData.file(folder, "a.csv", HEADER + ROWS)
                    + "eval-fraction = 1\n"
                    + PLAIN
                    + "csv.label = null"),
        new DataCase(
                "malformed rows with bags",
                folder ->
                    ContractData.file(folder, "a.csv", HEADER + ContractData.spoilt(ROWS))
                        + SPLIT
                        + "on-bad-row = skip\n"
                        + BAGS)
            .droppingRows(),
        new DataCase("a pipe", folder -> ContractData.pipe(folder, HEADER + ROWS) + PLAIN).once());
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("separator = \"::\"", "separator"),
        new WrongSetting("header = perhaps", "header"),
        new WrongSetting("transform = sqrt", "transform"),
        new WrongSetting("min-count = 1000", "min-count"),
        new WrongSetting("on-long-bag = cut", "on-long-bag"),
        new WrongSetting("categorical = []", "categorical"),
        new WrongSetting(
            "categorical = [{ column = user, rows = 0, kind = integer }]", "categorical"));
  }
}
