package org.example.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.DataCase;
import dev.farsight.testkit.data.DataSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** The contract of all data sources, on lines of JSON. */
class JsonlSourceTest extends DataSourceContract {

  private static final int ROWS = 400;

  private static final String COLUMNS =
      """
      eval-fraction = 0.2
      jsonl {
        label = clicked
        dense = [{ column = price, transform = [log, standard] }, { column = age, buckets = true }]
        categorical = [
          { column = user.id, rows = 500, kind = string, min-count = 2 }
          { column = tags, rows = 40, kind = integer, max-lookups = 4, weights = shares }
        ]
      }
      """;

  @Override
  protected DataSourceFactory factory() {
    return new JsonlFactory();
  }

  @Override
  protected List<DataCase> cases() {
    return List.of(
        new DataCase("lines", folder -> lines(folder, ROWS)),
        new DataCase("malformed lines left out", JsonlSourceTest::malformed).droppingRows(),
        new DataCase("a folder of compressed files", JsonlSourceTest::compressed));
  }

  @Override
  protected List<WrongSetting> wrongSettings() {
    return List.of(
        new WrongSetting("categorical = []", "categorical"),
        new WrongSetting("dense = [{ column = price, transfrom = log }]", "dense[1].transfrom"),
        new WrongSetting("min-count = 256", "min-count"),
        new WrongSetting("on-long-bag = cut", "on-long-bag"));
  }

  private static String lines(Path folder, int rows) throws IOException {
    Path file = Files.writeString(folder.resolve("clicks.jsonl"), rows(1, rows));
    return "path = \"" + file + "\"\n" + COLUMNS;
  }

  private static String malformed(Path folder) throws IOException {
    String text = rows(1, ROWS).replace("\"clicked\": 1, \"price\": 7", "\"clicked\": yes, \"price\": 7");
    Path file = Files.writeString(folder.resolve("clicks.jsonl"), text);
    return "path = \"" + file + "\"\non-bad-row = skip\n" + COLUMNS;
  }

  private static String compressed(Path folder) throws IOException {
    for (int day = 1; day <= 3; day++) {
      Path file = folder.resolve("day_" + day + ".jsonl.gz");
      try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(rows(day, 150).getBytes(UTF_8));
      }
    }
    return "path = \"" + folder + "\"\n" + COLUMNS;
  }

  private static String rows(long seed, int rows) {
    var random = new SplittableRandom(seed);
    var text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append("{\"clicked\": ").append(random.nextInt(2));
      text.append(", \"price\": ").append(random.nextInt(100));
      text.append(", \"age\": ").append(i % 7 == 0 ? "null" : random.nextInt(90) / 2.0);
      text.append(", \"user\": {\"id\": \"u").append(random.nextInt(300)).append("\"}");
      int tags = random.nextInt(5);
      text.append(", \"tags\": ").append(random.ints(tags, 0, 1000).boxed().toList());
      text.append(", \"shares\": ").append(random.doubles(tags).boxed().toList());
      text.append("}\n");
    }
    return text.toString();
  }
}
