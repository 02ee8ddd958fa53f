package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the examples of docs/export.md that use farsight_model.py, in order, with the model that
 * they name. Needs a Python with NumPy; skipped without.
 */
class DocumentedPythonTest {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```python\n(.*?)^```");

  @TempDir private Path folder;

  @Test
  void theExamplesOfExport() throws Exception {
    String page = Files.readString(Path.of("../docs/export.md"));
    String section = page.substring(page.indexOf("## Predictions in Python"));
    List<String> blocks =
        BLOCK.matcher(section).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThan(4);
    Path clicks =
        Files.writeString(
            folder.resolve("clicks.csv"),
            "bought,price,age,user,shop,genres\n"
                + "1,12.5,31,anna,7,drama|war\n0,,40,ben,9,\n".repeat(40));
    var models = new PythonModels(folder);
    Path model =
        models.train(
            "data.source=csv",
            "data.path=" + clicks,
            "data.csv.label=bought",
            "data.csv.dense=[price, {column=age, transform=standard, mean=38, deviation=14}]",
            "data.csv.categorical=[{column=user, rows=1000, kind=string},"
                + " {column=shop, rows=5000, kind=integer}, {column=genres, rows=500, kind=string,"
                + " separator=\"|\", max-lookups=10, pooling=mean}]");
    Files.createDirectories(folder.resolve("runs"));
    Files.createSymbolicLink(folder.resolve("runs/a"), model.getParent());
    String script =
        "import os\nos.chdir(sys.argv[1])\n"
            + String.join("\n", blocks)
            + "\nprint(len(rows), logits.shape, row.shape)\n";
    assertThat(models.python(script, folder)).isEqualTo("80 (2,) (1, 6)\n");
  }
}
