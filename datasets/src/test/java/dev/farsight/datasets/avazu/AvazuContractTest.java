package dev.farsight.datasets.avazu;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.ContractData;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class AvazuContractTest extends DataSourceContract {

  private static final String SPLIT =
      "eval-fraction = 0.2\navazu.cardinalities = ["
          + String.join(", ", Collections.nCopies(13, "4099"))
          + "]\n";
  private static final String UNLABELLED_HEADER =
      "id,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,"
          + "device_id,device_ip,device_model,device_type,device_conn_type,"
          + "C14,C15,C16,C17,C18,C19,C20,C21\n";
  private static final String HEADER = UNLABELLED_HEADER.replace("id,hour", "id,click,hour");
  private static final String LABELLED = ContractData.rows(1, random -> row(random, true));
  private static final String UNLABELLED = ContractData.rows(2, random -> row(random, false));

  private static String row(Random random, boolean labelled) {
    var fields = new ArrayList<>(List.of("10000" + random.nextInt(1000)));
    if (labelled) {
      fields.add("" + random.nextInt(2));
    }
    fields.add("141021" + random.nextInt(10));
    fields.add(ContractData.value(random, 1013, "%d"));
    fields.add(ContractData.value(random, 8, "%d"));
    for (int hex = 0; hex < 9; hex++) {
      fields.add(ContractData.value(random, 1 << 24, "%08x"));
    }
    for (int number = 0; number < 10; number++) {
      fields.add(ContractData.value(random, 500, "%d"));
    }
    return String.join(",", fields);
  }

  @Override
  protected DataSourceFactory factory() {
    return new AvazuFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase(
            "a file", folder -> ContractData.file(folder, "train", HEADER + LABELLED) + SPLIT),
        new DataCase(
            "compressed files with what is found out",
            folder ->
                ContractData.files(folder, HEADER, LABELLED)
                    + SPLIT
                    + "avazu { min-count = 3, transform = [log, standard], buckets = true }"),
        new DataCase(
            "no labels",
            folder ->
                ContractData.file(folder, "test", UNLABELLED_HEADER + UNLABELLED)
                    + "eval-fraction = 1"),
        new DataCase(
                "malformed rows",
                folder ->
                    ContractData.file(folder, "train", HEADER + ContractData.spoilt(LABELLED))
                        + SPLIT
                        + "on-bad-row = skip")
            .droppingRows());
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("cardinalities = [1, 2]", "cardinalities"),
        new WrongSetting("transform = sqrt", "transform"),
        new WrongSetting("min-count = 0", "min-count"));
  }
}
