package dev.farsight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFormatTest {

  private static final List<String> OPS =
      List.of(
          "{ op = embedding-bag, inputs = [], shape = [2, 3] }",
          "{ op = sum, inputs = [0], shape = [1, 1] }");

  @TempDir private Path folder;

  private void write(SmallModel model) throws IOException {
    new OnnxFormat().write(model, folder);
  }

  /** The values of an npy file; checks its type and shape. */
  private ByteBuffer values(String file, String type, String shape) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.getShort(8);
    assertThat(new String(bytes.array(), 10, length, StandardCharsets.US_ASCII))
        .contains("'descr': '" + type + "'", "'shape': (" + shape + ", )");
    return bytes.position(10 + length);
  }

  @Test
  void rowsHaveNoStateAndAreBroughtToTheLargestNorm() throws IOException {
    write(SmallModel.ofOps(OPS));
    int rows = (SmallModel.ROWS + 2) / 3;
    ByteBuffer index = values("rows/C2.index.npy", "<i4", "" + rows);
    ByteBuffer weight = values("rows/C2.weight.npy", "<f4", rows + ", 3");
    for (int r = 0; r < rows; r++) {
      int i = 3 * r;
      assertThat(index.getInt()).isEqualTo(i);
      double norm = Math.sqrt((double) i * i + 1 + 4);
      double factor = norm > 8.5 ? 8.5 / (norm + 1e-7f) : 1;
      assertThat(weight.getFloat()).isEqualTo((float) (i * factor));
      assertThat(weight.getFloat()).isEqualTo((float) (-1 * factor));
      assertThat(weight.getFloat()).isEqualTo((float) (2 * factor));
    }
    assertThat(index.hasRemaining()).isFalse();
    assertThat(weight.hasRemaining()).isFalse();
    assertThat(values("rows/%2E.%2Fnone.index.npy", "<i4", "0").hasRemaining()).isFalse();
    assertThat(values("rows/%2E.%2Fnone.weight.npy", "<f4", "0, 3").hasRemaining()).isFalse();
  }

  @Test
  void theGraphTellsWhatItsInputsAre() throws Exception {
    write(SmallModel.ofOps(OPS));
    try (var model = new OpenModel(folder.resolve("model.onnx"))) {
      assertThat(model.session().getInputNames()).containsExactly("embeddings");
      assertThat(model.session().getOutputNames()).containsExactly("logit", "probability");
      assertThat(model.session().getMetadata().getProducerName()).isEqualTo("farsight");
      assertThat(model.session().getMetadata().getCustomMetadata())
          .containsEntry("model", "small")
          .hasEntrySatisfying("version", version -> assertThat(version).matches("\\d+\\.\\d+.*"))
          .containsEntry("dense", "[{\"name\":\"price\",\"transforms\":[{\"type\":\"log\"}]}]")
          .containsEntry(
              "features",
              "[{\"name\":\"a/b\",\"pooling\":\"mean\",\"table\":\"C2\",\"weighted\":true},"
                  + "{\"name\":\"c\",\"pooling\":\"sum\",\"table\":\"../none\",\"weighted\":false}]")
          .containsEntry(
              "tables",
              "[{\"index\":\"rows/%2E.%2Fnone.index.npy\",\"name\":\"../none\",\"rows\":5,"
                  + "\"weight\":\"rows/%2E.%2Fnone.weight.npy\"},"
                  + "{\"index\":\"rows/C2.index.npy\",\"name\":\"C2\",\"rows\":20000,"
                  + "\"weight\":\"rows/C2.weight.npy\"}]");
    }
  }

  @Test
  void aBatchMayHaveAnySize() throws Exception {
    write(SmallModel.ofOps(OPS));
    try (var model = new OpenModel(folder.resolve("model.onnx"))) {
      for (int samples : new int[] {0, 1, 9}) {
        float[] logits =
            model.run(
                "logit",
                Map.of("embeddings", new float[samples * 6]),
                Map.of("embeddings", new long[] {samples, 2, 3}));
        assertThat(logits).hasSize(samples).containsOnly(new float[samples]);
      }
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    write(SmallModel.ofOps(OPS));
    Path again = Files.createDirectory(folder.resolve("again"));
    new OnnxFormat().write(SmallModel.ofOps(OPS), again);
    assertThat(again.resolve("model.onnx")).hasSameBinaryContentAs(folder.resolve("model.onnx"));
  }

  private void refused(SmallModel model, String message) {
    assertThatThrownBy(() -> write(model))
        .isInstanceOf(FarsightException.class)
        .hasMessage(message);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void modelsThatCannotBeWritten() {
    refused(
        new SmallModel(""),
        "onnx: the model does not describe its ops, as an earlier version of Farsight saved it;"
            + " let training begin with it (model.load), save it again and export that");
    refused(
        SmallModel.ofOps(List.of(OPS.get(0), "{ op = attention, inputs = [0], shape = [1, 1] }")),
        "onnx: the model has an op attention, which this version of Farsight cannot write as ONNX;"
            + " export it as npy");
    refused(
        SmallModel.ofOps(
            List.of(
                OPS.get(0),
                "{ op = linear, inputs = [0], parameters = [x, y], activation = gelu, shape = [1, 1] }")),
        "onnx: the model has an activation gelu, which this version of Farsight cannot write as"
            + " ONNX; export it as npy");
    refused(
        SmallModel.ofOps(
            List.of(
                OPS.get(0),
                "{ op = linear, inputs = [0], parameters = [x, y], activation = relu, shape = [1, 1] }")),
        "onnx: an op of the model has the parameter x, which is not among its dense parameters");
    refused(
        SmallModel.ofOps(List.of(OPS.get(0), "{ op = sum, inputs = [7], shape = [1, 1] }")),
        "onnx: the description of the model is damaged: Index 7 out of bounds for length" + " 1");
    refused(
        new SmallModel("settings { model { type = small } }, features = [], tape { ops = [] }"),
        "onnx: the description of the model is damaged: model.json: No configuration setting"
            + " found for key 'dense_features'");
  }

  @Test
  void aPluginOffersIt() {
    assertThat(RegisteredFactories.ofService(OnnxPlugin.class).exportFormats())
        .containsOnlyKeys("onnx");
  }
}
