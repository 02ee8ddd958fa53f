package dev.farsight.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A folder with configurations, data, plugins, models and directories, most of them wrong. */
final class WrongInputs {

  private static final String TINY =
      """
      farsight {
        data { batch-size = 64, synthetic { rows = 2100, cardinalities = [50, 400, 30] } }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache.size = "250 rows"
        compute.threads = 1
      }
      """;

  private static final String CSV =
      """
      include "tiny.conf"
      farsight.data {
        source = csv
        path = ${D}/good.csv
        csv {
          dense = [age]
          categorical = [
            { column = user, rows = 50, kind = integer }
            { column = tags, rows = 20, kind = string, separator = "|", max-lookups = 3 }
          ]
        }
      }
      """;

  private static final Map<String, String> CONFIGURATIONS =
      Map.of(
          "tiny.conf", TINY,
          "csv.conf", CSV,
          "brace.conf", "farsight {\n  cache { size = \"250 rows\"\n",
          "include.conf", "include \"tiiny.conf\"\nfarsight.cache.policy = lru\n",
          "variable.conf", "include \"tiny.conf\"\nfarsight.data.batch-size = ${?HOME}\n",
          "unresolved.conf", "include \"tiny.conf\"\nfarsight.data.path = ${DATA_SETS}/a.csv\n",
          "section.conf", "include \"tiny.conf\"\nfarsight.cache = lru\n",
          "value.conf", "include \"tiny.conf\"\nfarsight.cache.policy { name = lru }\n",
          "suite.conf", "include \"tiny.conf\"\nablation.axes { cache.polcy = [lru, lfu] }\n");

  private static final Map<String, String> DATA =
      Map.of(
          "good.csv", "label,age,user,tags\n" + "1,2.5,7,a|b\n0,3,9,\n".repeat(400),
          "header.csv", "click,age,user,tags\n1,2,3,a\n",
          "label.csv", "label,age,user,tags\n1,2,3,a\nyes,2,3,a\n",
          "fields.csv", "label,age,user,tags\n1,2,3,a\n1,2,3\n",
          "number.csv", "label,age,user,tags\n1,old,3,a\n",
          "bag.csv", "label,age,user,tags\n1,2,3,a|b|c|d\n",
          "quote.csv", "label,age,user,tags\n1,2,3,\"a\n",
          "empty.csv", "",
          "heading.csv", "label,age,user,tags\n",
          "rows.tsv", "1\t2\t3\n");

  private static final String TABS = "label\tage\tuser\ttags\n1\t2\t3\ta\n";

  private final Path folder;

  private WrongInputs(Path folder) {
    this.folder = folder;
  }

  /** Makes everything but what a run leaves. */
  static WrongInputs make(Path folder) throws IOException {
    var made = new WrongInputs(folder);
    for (var file : CONFIGURATIONS.entrySet()) {
      made.write(file.getKey(), file.getValue());
    }
    for (var file : DATA.entrySet()) {
      made.write(file.getKey(), file.getValue());
    }
    made.write("tabs.csv", TABS);
    made.archives();
    made.plugins();
    made.directories();
    return made;
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replace("${D}", folder.toString()));
  }

  private void archives() throws IOException {
    Path packed = folder.resolve("cut.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(DATA.get("good.csv").getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(packed);
    Files.write(packed, java.util.Arrays.copyOf(bytes, bytes.length - 12));
    Files.write(folder.resolve("packed.zip"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
    Files.createDirectories(folder.resolve("nothing"));
  }

  private void plugins() throws IOException {
    write("plugins-text/x.jar", "no jar");
    PluginJars.sieve(folder.resolve("plugins-twice/a.jar"));
    PluginJars.sieve(folder.resolve("plugins-twice/b.jar"));
    PluginJars.broken(
        folder.resolve("plugins-register/broken.jar"),
        "",
        "if (true) throw new IllegalStateException(\"no licence\");",
        "return null;");
    PluginJars.broken(
        folder.resolve("plugins-open/broken.jar"),
        "",
        "",
        "throw new IllegalStateException(\"no licence\");");
    PluginJars.broken(folder.resolve("plugins-null/broken.jar"), "", "", "return null;");
  }

  private void directories() throws IOException {
    write("reported/report.json", "{}");
    write("a-file", "text");
    write("no-model/model.json", "{ \"format\": 3 }");
    write("no-checkpoints/notes.txt", "");
    write("killed/run.log", "");
    write("taken.csv.conf", "farsight.train.epochs = 2\n");
  }
}
