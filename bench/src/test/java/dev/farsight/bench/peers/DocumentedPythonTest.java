package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.farsight.engine.export.Export;
import dev.farsight.onnx.OnnxFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the examples in the documentation that read and write models with NumPy, in order, with the
 * model that they name. Needs a Python with NumPy; skipped without.
 */
class DocumentedPythonTest {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```python\n(.*?)^```");

  @TempDir private Path folder;

  private static List<String> blocks(String page, String heading) throws Exception {
    String text = Files.readString(Path.of("../docs", page));
    String section = text.substring(text.indexOf("\n" + heading + "\n"));
    int next = section.indexOf("\n## ", 1);
    return BLOCK
        .matcher(next < 0 ? section : section.substring(0, next))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  /** Trains the model of the examples, and links it as {@code runs/a/model}. */
  private Path trainOnClicks(PythonModels models) throws Exception {
    Path clicks =
        Files.writeString(
            folder.resolve("clicks.csv"),
            "bought,price,age,user,shop,genres\n"
                + "1,12.5,31,anna,7,drama|war\n0,,40,ben,9,\n".repeat(40));
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
    return model;
  }

  @Test
  void theExamplesOfExport() throws Exception {
    List<String> blocks = blocks("export.md", "## Predictions in Python: farsight_model.py");
    assertThat(blocks).hasSizeGreaterThan(4);
    var models = new PythonModels(folder);
    trainOnClicks(models);
    String script =
        "import os\nos.chdir(sys.argv[1])\n"
            + String.join("\n", blocks)
            + "\nprint(len(rows), logits.shape, row.shape)\n";
    assertThat(models.python(script, folder)).isEqualTo("80 (2,) (1, 6)\n");
  }

  /**
   * The example of an export for ONNX Runtime gives the probabilities of the model itself, and
   * ONNX's own checker finds no fault with the graph. Needs onnx and onnxruntime; skipped without.
   */
  @Test
  void theExamplesOfOnnx() throws Exception {
    List<String> blocks = blocks("export.md", "## onnx");
    assertThat(blocks).hasSize(2);
    var models = new PythonModels(folder);
    Path model = trainOnClicks(models);
    new Export(models.config(), models.components)
        .writeAllRows(model, folder.resolve("out-onnx"), new OnnxFormat());
    String begin =
        """
        import os
        os.chdir(sys.argv[1])
        try:
            import onnx, onnxruntime
        except ImportError as e:
            print("no onnx or no onnxruntime here:", e)
            sys.exit(77)
        """;
    String end =
        """
        onnx.checker.check_model("out-onnx/model.onnx", full_check=True)
        model = FarsightModel("runs/a/model")
        logits = model.logits(*model.batch(columns))
        assert np.abs(clicked - 1 / (1 + np.exp(-logits))).max() < 1e-5, (clicked, logits)
        print(clicked.shape, clicked.dtype)
        """;
    String script = begin + String.join("\n", blocks) + "\n" + end;
    assertThat(models.python(script, folder)).isEqualTo("(2,) float32\n");
  }

  /**
   * Weights of another program, written over those of a model, are those that it evaluates with.
   */
  @Test
  void weightsFromPyTorch() throws Exception {
    List<String> blocks = blocks("coming-from-pytorch.md", "### Weights from PyTorch");
    assertThat(blocks).hasSize(1);
    var models = new PythonModels(folder);
    Path model = models.train("train.max-steps=1");
    Files.createDirectories(folder.resolve("runs"));
    Files.createSymbolicLink(folder.resolve("runs/a"), model.getParent());
    String begin =
        """
        import os
        os.chdir(sys.argv[1])
        class Tensor:
            def __init__(self, values):
                self.values = values
            def numpy(self):
                return self.values
        before = farsight_model.FarsightModel("runs/a/model")
        random = np.random.default_rng(3)
        layer = before.parameters["top.0.weight"].shape
        state_dict = {
            "embeddings.C1.weight": Tensor(random.normal(size=(3, before.dim))),
            "top.0.weight": Tensor(random.normal(size=layer).astype(np.float32)),
        }
        """;
    assertThat(models.python(begin + blocks.get(0), folder)).isEmpty();
    var config = models.ownConfig(model, "cache.size=all", "model.load-state=false");
    float[] evaluated = models.evaluate(config);
    Path batch = folder.resolve("batch.npz");
    models.writeBatch(config, model, batch);
    String compute =
        """
        import json, pathlib
        file = pathlib.Path(sys.argv[1]) / "model.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "format": 4}))
        sys.exit(farsight_model.main([sys.argv[1], "--batch", sys.argv[2], "--out", sys.argv[3]]))
        """;
    Path out = folder.resolve("logits.npy");
    models.python(compute, model, batch, out);
    assertThat(PythonModels.npy(out)).containsExactly(evaluated, offset(1e-4f));
  }
}
