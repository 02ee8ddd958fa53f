package dev.farsight.datasets.criteo;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.ContractData;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class CriteoContractTest extends DataSourceContract {

  private static final String SPLIT =
      "eval-fraction = 0.2\ncriteo.cardinalities = ["
          + String.join(", ", Collections.nCopies(26, "4099"))
          + "]\n";
  private static final String FITTED =
      "criteo { min-count = 3, transform = standard, buckets = true }";
  private static final String LABELLED = ContractData.rows(1, random -> row(random, true));
  private static final String UNLABELLED = ContractData.rows(2, random -> row(random, false));

  private static String row(Random random, boolean labelled) {
    var fields = new ArrayList<String>();
    if (labelled) {
      fields.add("" + random.nextInt(2));
    }
    for (int i = 0; i < 13; i++) {
      fields.add(ContractData.value(random, 5000, "%d"));
    }
    for (int c = 0; c < 26; c++) {
      fields.add(ContractData.value(random, 1 << 24, "%08x"));
    }
    return String.join("\t", fields);
  }

  @Override
  protected DataSourceFactory factory() {
    return new CriteoFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("a file", folder -> ContractData.file(folder, "day_0", LABELLED) + SPLIT),
        new DataCase(
            "compressed files with what is found out",
            folder -> ContractData.files(folder, "", LABELLED) + SPLIT + FITTED),
        new DataCase(
            "no labels",
            folder -> ContractData.file(folder, "test", UNLABELLED) + "eval-fraction = 1"),
        new DataCase(
                "malformed rows",
                folder ->
                    ContractData.file(folder, "day_0", ContractData.spoilt(LABELLED))
                        + SPLIT
                        + "on-bad-row = skip\n"
                        + FITTED)
            .droppingRows());
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("cardinalities = [1, 2]", "cardinalities"),
        new WrongSetting("cardinalities = petabyte", "cardinalities"),
        new WrongSetting("labelled = perhaps", "labelled"),
        new WrongSetting("transform = sqrt", "transform"),
        new WrongSetting("buckets = 3", "buckets"),
        new WrongSetting("min-count = 256", "min-count"),
        new WrongSetting("min-count = 2, min-count-sample = 0", "min-count-sample"));
  }
}
