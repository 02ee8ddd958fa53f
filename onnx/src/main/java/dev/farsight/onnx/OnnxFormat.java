package dev.farsight.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The dense part of a model as an ONNX graph, and the rows of its tables as npy files of NumPy:
 *
 * <pre>
 * model.onnx             dense [batch][values], embeddings [batch][features][dim] to logit [batch], probability [batch]
 * rows/C1.index.npy      int32 [n]: indices of the rows of table C1 that follow, ascending
 * rows/C1.weight.npy     float32 [n][dim], brought to the largest norm of the table
 * </pre>
 *
 * <p>The graph begins with pooled rows, because tables may be larger than an ONNX file, which ends
 * at 2 GB. There is no optimizer state: the export is for serving.
 *
 * <p><b>Cost.</b> One pass over the rows, which are not held. Dense parameters are on the heap
 * three times while the graph is written.
 */
public final class OnnxFormat implements ExportFormat {

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    var description = Description.of(model);
    ModelProto graph = DensePart.of(model, description);
    try (var out = new BufferedOutputStream(Files.newOutputStream(folder.resolve("model.onnx")))) {
      graph.writeTo(out);
    }
    Path rows = Files.createDirectory(folder.resolve(RowFiles.FOLDER));
    for (int t = 0; t < model.tables().size(); t++) {
      new RowFiles(model.tables().get(t)).write(model, t, description.maxNorm(t), rows);
    }
  }
}
