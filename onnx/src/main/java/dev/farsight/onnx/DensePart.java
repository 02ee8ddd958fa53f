package dev.farsight.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.table.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The dense part of a model as an ONNX model. */
final class DensePart {

  /** The input with the transformed dense values. */
  static final String DENSE = "dense";

  /** The input with the pooled rows. */
  static final String EMBEDDINGS = "embeddings";

  private static final String LOGIT = "logit";
  private static final String PROBABILITY = "probability";

  /** The first operator set with LayerNormalization. */
  private static final int OPERATORS = 17;

  /** The version of the format that came with that operator set. */
  private static final int FORMAT = 8;

  private DensePart() {}

  static ModelProto of(ExportedModel model, Description description) {
    var graph = new Graph();
    String logits = TapeGraph.add(description, new Parameters(model), graph);
    graph.node(LOGIT, "Squeeze", List.of(logits, graph.integers("integer/1", 1)));
    graph.node(PROBABILITY, "Sigmoid", List.of(LOGIT));
    graph.output(LOGIT);
    graph.output(PROBABILITY);
    String version = version();
    return ModelProto.newBuilder()
        .setIrVersion(FORMAT)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
        .setProducerName("farsight")
        .setProducerVersion(version)
        .setDocString(
            "The dense part of a " + description.type() + " model. Its embeddings are pooled rows.")
        .setGraph(graph.build())
        .addMetadataProps(entry("version", version))
        .addMetadataProps(entry("model", description.type()))
        .addMetadataProps(entry("dense", json(description.denseFeatures())))
        .addMetadataProps(entry("features", json(features(description))))
        .addMetadataProps(entry("tables", json(tables(model))))
        .build();
  }

  private static List<Map<String, Object>> features(Description description) {
    return description.features().stream()
        .map(
            feature ->
                Map.<String, Object>of(
                    "name", feature.name(),
                    "table", feature.table(),
                    "pooling", feature.pooling(),
                    "weighted", feature.weighted()))
        .toList();
  }

  private static List<Map<String, Object>> tables(ExportedModel model) {
    return model.tables().tables().stream().map(DensePart::table).toList();
  }

  private static Map<String, Object> table(Table table) {
    var files = new RowFiles(table);
    return Map.of(
        "name",
        table.name(),
        "rows",
        table.rows(),
        "index",
        RowFiles.FOLDER + "/" + files.index(),
        "weight",
        RowFiles.FOLDER + "/" + files.weight());
  }

  private static String json(List<?> list) {
    return ConfigValueFactory.fromIterable(list).render(ConfigRenderOptions.concise());
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static String version() {
    try (InputStream in = DensePart.class.getResourceAsStream("version.properties")) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
