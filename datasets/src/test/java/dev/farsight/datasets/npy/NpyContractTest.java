package dev.farsight.datasets.npy;

import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.datasets.ContractData;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class NpyContractTest extends DataSourceContract {

  private static final int ROWS = 311;

  @Override
  protected DataSourceFactory factory() {
    return new NpyFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("other tools", folder -> days(folder, true)),
        new DataCase("other tools, no labels", folder -> days(folder, false) + "eval-fraction = 1"),
        new DataCase("other tools, bags", NpyContractTest::multiHot),
        new DataCase(
            "prepared, of all kinds",
            folder -> prepared(folder, new RandomSource(RandomSource.EVERYTHING, 250, ROWS), 100)),
        new DataCase(
            "prepared, ids alone",
            folder ->
                prepared(folder, new RandomSource(RandomSource.SMALL, 0, ROWS), 1000)
                    + "eval-fraction = 1"),
        new DataCase("prepared, with what was found out", NpyContractTest::fitted));
  }

  private static String prepared(Path folder, DataSource source, int partSamples)
      throws IOException {
    try (source) {
      PreparedWriter.write(source, folder, partSamples);
    }
    return "path = \"" + folder + "\", eval-fraction = 0.1\n";
  }

  private static String fitted(Path folder) throws IOException {
    String rows =
        ContractData.rows(
            5,
            random ->
                random.nextInt(2)
                    + ","
                    + random.nextInt(9)
                    + ","
                    + ContractData.value(random, 300, "%d"));
    Path elsewhere = Files.createTempDirectory(folder.resolve(".."), "csv");
    String conf =
        ContractData.file(elsewhere, "rows.csv", "label,price,user\n" + rows)
            + "eval-fraction = 0.2, csv { dense = [{ column = price, transform = standard }], "
            + "categorical = [{ column = user, rows = 50, kind = integer, min-count = 3 }] }";
    Path data = Files.createDirectory(folder.resolve("prepared"));
    return prepared(data, new CsvFactory().open(Opened.context("csv", conf, 1, 1)), 64);
  }

  private static String days(Path folder, boolean labelled) throws IOException {
    var random = new Random(3);
    for (int day : new int[] {0, 1, 2, 10}) {
      int rows = day == 1 ? 0 : ROWS / 3 + day;
      NpyFiles.write(
          folder.resolve("day_" + day + "_dense.npy"),
          day == 2 ? "<f8" : "<f4",
          2,
          random.doubles(rows * 2L, -3, 9).toArray());
      NpyFiles.write(
          folder.resolve("day_" + day + "_sparse.npy"),
          day == 2 ? "<i8" : "<i4",
          3,
          random.ints(rows * 3L, -99, 99).asDoubleStream().toArray());
      if (labelled) {
        NpyFiles.write(
            folder.resolve("day_" + day + "_labels.npy"),
            List.of("<i4", "<f4", "|b1", "|u1").get(day % 4),
            day % 2,
            random.ints(rows, 0, 2).asDoubleStream().toArray());
      }
    }
    return "path = \""
        + folder
        + "\", eval-fraction = 0.3, npy { cardinalities = [50, 7, 1000], ids = modulo,"
        + " transform = log }\n";
  }

  private static String multiHot(Path folder) throws IOException {
    var random = new Random(4);
    for (int day = 0; day < 2; day++) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      for (int f = 0; f < 3; f++) {
        int hotness = 1 + 2 * f;
        double[] ids = random.ints((long) ROWS * hotness, 0, 40).asDoubleStream().toArray();
        entries.put(f + ".npy", NpyFiles.array(f == 1 ? "<i8" : "<i4", hotness, ids));
      }
      NpyFiles.writeZip(folder.resolve("day_" + day + "_sparse_multi_hot.npz"), entries);
      NpyFiles.write(
          folder.resolve("day_" + day + "_labels.npy"),
          "<f4",
          1,
          random.ints(ROWS, 0, 2).asDoubleStream().toArray());
    }
    return "path = \""
        + folder
        + "/day_*\", eval-fraction = 0.3, npy { cardinalities = [40, 40, 40], pooling = mean }\n";
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("cardinalities = null", "cardinalities"),
        new WrongSetting("cardinalities = avazu", "cardinalities"),
        new WrongSetting("cardinalities = [1, 2]", "cardinalities"),
        new WrongSetting("cardinalities = [1, 2, 0]", "cardinalities"),
        new WrongSetting("ids = clamp", "ids"),
        new WrongSetting("transform = standard", "transform"),
        new WrongSetting("pooling = median", "pooling"),
        new WrongSetting("dense-suffix = dense", "dense-suffix"),
        new WrongSetting("labels-suffix = \"/labels.npy\"", "labels-suffix"),
        new WrongSetting("sparse-suffix = []", "sparse-suffix"),
        new WrongSetting("sparse-suffix = _dense.npy", "sparse-suffix"),
        new WrongSetting("verify = perhaps", "verify"),
        new WrongSetting("verify = true", "verify"));
  }
}
